import type { ModelInput } from '../models/manifest.ts';
import { SharedBuffers } from '../runtime/shared-buffers.ts';
import type { DetectionJob } from './detection-task.ts';
import { tensorLength } from './tensor.ts';

/**
 * Puts pixels where workers can read them. The copy is needed anyway, because sharp's own buffers cannot be handed to
 * another thread and an image must survive for a second attempt.
 */
export class SharedImages {
  private readonly buffers: SharedBuffers;

  constructor(input: ModelInput) {
    this.buffers = new SharedBuffers(tensorLength(input));
  }

  acquire(jobs: readonly DetectionJob[]): DetectionJob[] {
    return jobs.map(({ image: { pixels, fit }, threshold }) => ({
      image: { pixels: this.buffers.acquire(pixels), fit },
      threshold,
    }));
  }

  release(jobs: readonly DetectionJob[]): void {
    for (const { image } of jobs) this.buffers.release(image.pixels);
  }
}

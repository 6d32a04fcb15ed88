import { threadId } from 'node:worker_threads';
import { fitPicture } from '../detect/fit.ts';
import type { ModelEntry } from '../models/manifest.ts';
import type { Provider, WorkItem } from './protocol.ts';
import type { OrtModule } from './runtime.ts';
import { ModelSession } from './session.ts';
import { atOnce, oneAtATime, type Turn } from './turns.ts';

const RUNS = 3;
/** No further run begins after so long; comparing two sessions takes some 2 s at most, ms. */
const BUDGET_MS = 1000;

/** Opens sessions of one model in this thread. */
export class Opener {
  private readonly graphicsTurn: Turn;
  private readonly create: (provider: Provider) => Promise<ModelSession>;
  private readonly item: WorkItem;
  /** Left from a comparison that the processor won. */
  private processor: ModelSession | null = null;

  constructor(ort: OrtModule, entry: ModelEntry, bytes: Uint8Array, threads: number, graphics: Int32Array) {
    this.graphicsTurn = oneAtATime(graphics, threadId);
    const turn = (provider: Provider) => (provider === 'webgpu' ? this.graphicsTurn : atOnce);
    this.create = (provider) => ModelSession.create(ort, entry, bytes, provider, threads, turn(provider));
    this.item = blank(entry);
  }

  /** Where it is not the processor, the session has completed a run. */
  async open(provider: Provider): Promise<ModelSession> {
    if (provider === 'cpu' && this.processor) return this.processor;
    const session = await this.create(provider);
    if (provider === 'cpu') return session;
    return session.detect([this.item]).then(
      () => session,
      (error: unknown) => session.release().then(() => Promise.reject(error)),
    );
  }

  /** Throws both times where the processor is faster, as it is where a driver draws in software. */
  openFaster(provider: Provider): Promise<ModelSession> {
    return this.graphicsTurn(async () => {
      const session = await this.open(provider);
      const processor = await this.open('cpu');
      await processor.detect([this.item]);
      const [own, other] = [await this.pace(session), await this.pace(processor)];
      if (own <= other) {
        await processor.release();
        return session;
      }
      await session.release();
      this.processor = processor;
      throw new Error(`${own.toFixed(1)} ms a run, cpu ${other.toFixed(1)} ms`);
    });
  }

  /** Median time of a run, ms, of a session that is past its first, which is slower than all others. */
  private async pace(session: ModelSession): Promise<number> {
    const begin = performance.now();
    const times: number[] = [];
    do {
      times.push((await session.detect([this.item])).runMs);
    } while (times.length < RUNS && performance.now() - begin < BUDGET_MS);
    return times.sort((a, b) => a - b)[times.length >> 1]!;
  }
}

/** A black picture of the input's size. */
export function blank(entry: ModelEntry): WorkItem {
  const { size } = entry.input;
  const fit = fitPicture({ width: size, height: size }, entry.input);
  return { picture: { pixels: new Uint8Array(3 * size * size), fit }, threshold: 1 };
}

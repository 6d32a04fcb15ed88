import { openRunpod, type Runpod, type RunpodOptions } from '../../../src/fleet/runpod/open-runpod.ts';
import type { Clock, RunpodSettings } from '../../../src/fleet/runpod/settings.ts';
import { type CloudSpec, cloudName, type GpuOffer } from '../../../src/ports/gpu-cloud.ts';
import type { FakeRunpod } from '../../fakes/runpod/fake-runpod.ts';

export const ever = new AbortController().signal;

export const H200: GpuOffer = {
  id: 'NVIDIA H200',
  name: 'H200 SXM',
  pool: 'HOPPER_141',
  memoryGb: 141,
  price: { timed: 3.99, serverless: 5.58 },
  availability: 'high',
};

export const spec = (given: Partial<CloudSpec> = {}): CloudSpec => ({
  type: 'timed',
  name: cloudName('srv_one'),
  image: 'ghcr.io/acme/mug:1.0.0',
  gpu: H200,
  gpuCount: 1,
  env: { MODE: 'timed' },
  ports: ['8000/http', '22/tcp'],
  workers: { min: 0, max: 3 },
  serving: 'queue',
  ...given,
});

export const settingsOf = (fake: FakeRunpod): RunpodSettings => ({
  key: () => fake.key,
  restUrl: fake.env.RUNPOD_REST_URL,
  jobsUrl: fake.env.RUNPOD_JOBS_URL,
  balancerUrl: fake.env.RUNPOD_LB_URL_TEMPLATE,
  podUrl: fake.env.RUNPOD_POD_URL_TEMPLATE,
  networkVolumeId: null,
  flashboot: true,
});

/** Pauses are noted and not waited for; they move `at` on. */
export class QuickClock implements Clock {
  readonly pauses: number[] = [];
  at = 0;
  private readonly moved: (ms: number) => void;
  constructor(moved: (ms: number) => void = () => {}) {
    this.moved = moved;
  }
  now = () => 1_796_000_000_000 + this.at;
  sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    this.pauses.push(ms);
    this.at += ms;
    this.moved(ms);
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  };
}

export const clientOf = (fake: FakeRunpod, options: RunpodOptions = {}): Runpod =>
  openRunpod(settingsOf(fake), options);

import { threadId } from 'node:worker_threads';
import type { Provider, WorkerStart } from './protocol.ts';
import type { OrtModule } from './runtime.ts';
import { OrtSession } from './session.ts';
import type { LoadedTask, WorkerTask } from './task.ts';
import { atOnce, oneAtATime, type Turn } from './turns.ts';

const RUNS = 3;
/** No further run begins after so long; comparing two sessions takes some 2 s at most, ms. */
const BUDGET_MS = 1000;

/** Opens sessions of one model in this thread. */
export class Opener<Config, Input, Output> {
  private readonly graphicsTurn: Turn;
  private readonly load: (provider: Provider) => Promise<LoadedTask<Input, Output>>;
  private readonly blank: Input;
  /** Left from a comparison that the processor won. */
  private processor: LoadedTask<Input, Output> | null = null;

  constructor(
    task: WorkerTask<Config, Input, Output>,
    { config, threads, graphics }: Pick<WorkerStart<Config>, 'config' | 'threads' | 'graphics'>,
    ort: OrtModule,
    bytes: Uint8Array,
  ) {
    this.graphicsTurn = oneAtATime(graphics, threadId);
    const turn = (provider: Provider) => (provider === 'webgpu' ? this.graphicsTurn : atOnce);
    this.load = (provider) => task.load(config, () => OrtSession.create(ort, bytes, provider, threads, turn(provider)));
    this.blank = task.blank(config);
  }

  /** Where it is not the processor, it has completed a run. */
  async open(provider: Provider): Promise<LoadedTask<Input, Output>> {
    if (provider === 'cpu' && this.processor) return this.processor;
    const loaded = await this.load(provider);
    if (provider === 'cpu') return loaded;
    return loaded.run([this.blank]).then(
      () => loaded,
      (error: unknown) => loaded.dispose().then(() => Promise.reject(error)),
    );
  }

  /** Throws both times where the processor is faster, as it is where a driver draws in software. */
  openFaster(provider: Provider): Promise<LoadedTask<Input, Output>> {
    return this.graphicsTurn(async () => {
      const loaded = await this.open(provider);
      const processor = await this.open('cpu');
      await processor.run([this.blank]);
      const [own, other] = [await this.pace(loaded), await this.pace(processor)];
      if (own <= other) {
        await processor.dispose();
        return loaded;
      }
      await loaded.dispose();
      this.processor = processor;
      throw new Error(`${own.toFixed(1)} ms a run, cpu ${other.toFixed(1)} ms`);
    });
  }

  /** Median time of a run, ms, of a session that is past its first, which is slower than all others. */
  private async pace(loaded: LoadedTask<Input, Output>): Promise<number> {
    const begin = performance.now();
    const times: number[] = [];
    do {
      times.push((await loaded.run([this.blank])).runMs);
    } while (times.length < RUNS && performance.now() - begin < BUDGET_MS);
    return times.sort((a, b) => a - b)[times.length >> 1]!;
  }
}

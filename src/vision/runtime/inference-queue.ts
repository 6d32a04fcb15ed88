import { AsyncLocalStorage } from 'node:async_hooks';
import { PRIORITIES, type Priority } from '../../contract/priority.ts';
import { WaitingLine } from '../../waiting-line.ts';

/** Some inputs of one caller: one place in the queue, one answer. */
interface Call<Input, Output> {
  readonly priority: Priority;
  readonly prepare: () => Promise<readonly Input[]>;
  /** Runs what it is given as its caller would: in the caller's trace. */
  readonly asCaller: <T>(work: () => T) => T;
  readonly outputs: Output[];
  /** Inputs that no run has taken, and that no run has answered. */
  waiting: number;
  unanswered: number;
  /** It prepares its inputs, or holds prepared ones that wait. */
  ahead: boolean;
  ended: boolean;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

interface Job<Input, Output> {
  readonly input: Input;
  readonly call: Call<Input, Output>;
  readonly index: number;
}

export interface QueueOptions<Input, Output> {
  /** Calls that may wait when no slot is free. */
  readonly limit: number;
  readonly slots: number;
  readonly maxBatch: number;
  /** One output for each input, or rejects for all of them. */
  readonly run: (inputs: readonly Input[]) => Promise<readonly Output[]>;
  /** Told how many calls of a priority wait, and how many more or fewer that is. */
  readonly onDepth?: (priority: Priority, calls: number, change: number) => void;
}

/**
 * Everything that waits for a model. A call waits in `admitted` with nothing done, behind what is more urgent; as one of the next few it prepares its
 * inputs (an image is decoded); prepared inputs wait in `ready` until one of `slots` runs takes them. Few prepare ahead,
 * because decoded images are large: the next batch of each slot, and one.
 *
 * A free slot takes up to `maxBatch` inputs at once and never waits for more: batches form of inputs that came together
 * or while all slots were busy, so they cost no time.
 */
export class InferenceQueue<Input, Output> {
  private readonly limit: number;
  private slots: number;
  private maxBatch: number;
  private readonly run: QueueOptions<Input, Output>['run'];
  private readonly onDepth: NonNullable<QueueOptions<Input, Output>['onDepth']>;
  private readonly admitted = new WaitingLine<Call<Input, Output>>(PRIORITIES.length);
  private ready: Job<Input, Output>[] = [];
  private ahead = 0;
  private busy = 0;
  /** Calls of which an input waits still, by priority. */
  private readonly calls: Record<Priority, number> = { critical: 0, high: 0, normal: 0, low: 0 };
  /** Inputs that no run has taken. */
  inputsWaiting = 0;

  constructor({ limit, slots, maxBatch, run, onDepth = () => {} }: QueueOptions<Input, Output>) {
    this.limit = limit;
    this.slots = slots;
    this.maxBatch = maxBatch;
    this.run = run;
    this.onDepth = onDepth;
  }

  /** Slots that take inputs at once. */
  get free(): number {
    return Math.max(0, this.slots - this.busy);
  }

  /** Inputs that runs take at once. */
  get capacity(): number {
    return this.slots * this.maxBatch;
  }

  /** True: nothing more may be submitted. */
  get full(): boolean {
    return PRIORITIES.reduce((sum, one) => sum + this.calls[one], 0) >= this.limit + this.free;
  }

  resize(slots: number, maxBatch: number): void {
    this.slots = slots;
    this.maxBatch = maxBatch;
    this.startRuns();
    this.prepareNext();
  }

  /**
   * The outputs for the `count` inputs, one at least, that `prepare` will make. They become ready together, so the tiles of one image
   * are one batch where there are batches. When one fails the others that still wait are not run.
   * An abort takes the call out of the queue and answers it at once. What runs already ends by itself, its result is
   * dropped, and only then is the slot free again: a run takes tens of milliseconds, a new worker takes longer to load
   * its model.
   */
  submit(
    count: number,
    prepare: () => Promise<readonly Input[]>,
    signal: AbortSignal,
    priority: Priority = 'normal',
  ): Promise<Output[]> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const abort = () => this.fail(call, signal.reason);
      const forget = () => signal.removeEventListener('abort', abort);
      const call: Call<Input, Output> = {
        priority,
        prepare,
        asCaller: AsyncLocalStorage.snapshot(),
        outputs: [],
        waiting: count,
        unanswered: count,
        ahead: false,
        ended: false,
        resolve() {
          forget();
          resolve(call.outputs);
        },
        reject(reason) {
          forget();
          reject(reason);
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.admitted.add(call, PRIORITIES.indexOf(priority));
      this.count(call, 1, count);
      this.prepareNext();
    });
  }

  private prepareNext(): void {
    while (this.ahead < this.slots * this.maxBatch + 1) {
      const call = this.admitted.take();
      if (!call) return;
      this.ahead++;
      call.ahead = true;
      call.asCaller(call.prepare).then(
        (inputs) => this.makeReady(call, inputs),
        (error: unknown) => this.fail(call, error),
      );
    }
  }

  private makeReady(call: Call<Input, Output>, inputs: readonly Input[]): void {
    if (call.ended) return;
    if (inputs.length === call.waiting) {
      this.ready.push(...inputs.map((input, index) => ({ input, call, index })));
      this.startRuns();
    } else {
      this.fail(call, new RangeError('not as many inputs as were announced'));
    }
  }

  private startRuns(): void {
    while (this.busy < this.slots && this.ready.length > 0) {
      const batch = this.ready.splice(0, this.maxBatch);
      this.busy++;
      for (const { call } of batch) this.started(call);
      // A batch belongs to the trace of its first one.
      const { asCaller } = batch[0]!.call;
      asCaller(() => this.run(batch.map(({ input }) => input))).then(
        (outputs) => {
          // The slot goes on before the callers do.
          this.busy--;
          this.startRuns();
          batch.forEach(({ call, index }, i) => {
            this.answer(call, index, outputs[i]!);
          });
        },
        (error: unknown) => {
          for (const { call } of batch) this.fail(call, error);
          this.busy--;
          this.startRuns();
        },
      );
    }
  }

  private started(call: Call<Input, Output>): void {
    call.waiting--;
    this.count(call, call.waiting === 0 ? -1 : 0, -1);
    if (call.waiting === 0) this.leaveAhead(call);
  }

  private answer(call: Call<Input, Output>, index: number, output: Output): void {
    call.outputs[index] = output;
    if (--call.unanswered === 0) this.end(call, call.resolve);
  }

  private fail(call: Call<Input, Output>, reason: unknown): void {
    this.end(call, () => call.reject(reason));
  }

  private end(call: Call<Input, Output>, complete: () => void): void {
    if (call.ended) return;
    call.ended = true;
    if (call.waiting > 0) {
      this.admitted.remove(call);
      this.ready = this.ready.filter((job) => job.call !== call);
      this.count(call, -1, -call.waiting);
      call.waiting = 0;
    }
    complete();
    this.leaveAhead(call);
  }

  private leaveAhead(call: Call<Input, Output>): void {
    if (!call.ahead) return;
    call.ahead = false;
    this.ahead--;
    this.prepareNext();
  }

  private count({ priority }: Call<Input, Output>, calls: number, inputs: number): void {
    this.calls[priority] += calls;
    this.inputsWaiting += inputs;
    this.onDepth(priority, this.calls[priority], calls);
  }
}

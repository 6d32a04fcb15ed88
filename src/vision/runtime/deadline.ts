import { AppError } from '../../errors.ts';

/** One signal for "the caller cancelled" (ANALYSIS_006) and "it took too long" (ANALYSIS_003): its reason says which. */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly caller: AbortSignal | undefined;
  private readonly onCancel = () => this.controller.abort(new AppError('ANALYSIS_006', { cause: this.caller?.reason }));

  constructor(timeoutMs: number, caller: AbortSignal | undefined) {
    this.caller = caller;
    this.timer = setTimeout(() => this.controller.abort(new AppError('ANALYSIS_003')), timeoutMs);
    if (caller?.aborted) this.onCancel();
    else caller?.addEventListener('abort', this.onCancel, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  clear(): void {
    clearTimeout(this.timer);
    this.caller?.removeEventListener('abort', this.onCancel);
  }
}

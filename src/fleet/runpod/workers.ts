import { AppError } from '../../errors.ts';
import type { GpuJobs } from '../../ports/gpu-jobs.ts';
import type { GpuWorkers, WorkerAddress } from '../../ports/gpu-workers.ts';
import type { RunpodSettings } from './settings.ts';
import { openHttpWorkers } from './workers-by-http.ts';
import { jobWorkers } from './workers-by-jobs.ts';

/** Our program on pods and endpoints, each asked in its own way. */
export function openWorkers(jobs: GpuJobs, settings: RunpodSettings): GpuWorkers & { close(): Promise<void> } {
  const byJobs = jobWorkers(jobs);
  const byHttp = openHttpWorkers(settings);
  const of = ({ kind }: WorkerAddress): GpuWorkers => (kind === 'endpoint_jobs' ? byJobs : byHttp);
  const asked = async <T>(signal: AbortSignal, call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof AppError && thrown.code === 'SERVER_007') throw thrown;
      const message = thrown instanceof AppError ? thrown.message : 'It could not be asked.';
      throw new AppError('SERVER_007', { message, cause: thrown });
    }
  };
  return {
    compute: (to, work, signal) => asked(signal, of(to).compute(to, work, signal)),
    introduce: (to, signal) => asked(signal, of(to).introduce(to, signal)),
    health: (to, signal) => asked(signal, of(to).health(to, signal)),
    close: () => byHttp.close(),
  };
}

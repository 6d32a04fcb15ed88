import { ApiError } from '../../api/api-error.ts';
import { answer, api } from '../../api/client.ts';

export type ExportFormat = 'csv' | 'json';

const EVERY_MS = 400;

/** Stored analyses, all or those of one camera, as one file, made in the background while its progress is told. Throws ApiError, or what aborted it. */
export async function exportAnalyses(
  { format, camera }: { readonly format: ExportFormat; readonly camera: string },
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<Blob> {
  const asked = api.GET('/api/v1/export', {
    params: {
      query: { what: 'analyses', format, ...(camera && { calibration_id: camera }) },
      header: { prefer: 'respond-async' },
    },
    signal,
  } as never);
  let job = (await answer(asked as Promise<{ data?: unknown; response: Response }>)) as Job;
  const path = { job_id: job.job_id };
  try {
    while (job.state === 'queued' || job.state === 'running') {
      await pause(signal);
      job = (await answer(api.GET('/api/v1/jobs/{job_id}', { params: { path }, signal }))) as Job;
      if (job.progress && job.progress.total > 0) onProgress(job.progress.done / job.progress.total);
    }
  } catch (thrown) {
    if (signal.aborted) await api.DELETE('/api/v1/jobs/{job_id}', { params: { path } }).catch(() => undefined);
    throw thrown;
  }
  if (job.state !== 'done') throw new ApiError(500, { error: job.error ?? {} });
  const result = api.GET('/api/v1/jobs/{job_id}/result', { params: { path }, parseAs: 'blob', signal });
  return answer(result as unknown as Promise<{ data?: Blob; response: Response }>);
}

interface Job {
  readonly job_id: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly error: object | null;
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, EVERY_MS);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}

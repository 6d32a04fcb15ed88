import type { CloudServer, CloudSpec, GpuCloud } from '../../ports/gpu-cloud.ts';

/** What both kinds of servers can be asked. Throws Refusal, also with 404. */
export interface Servers extends Pick<GpuCloud, 'start' | 'stop' | 'restart' | 'update'> {
  list(signal: AbortSignal): Promise<CloudServer[]>;
  get(id: string, signal: AbortSignal): Promise<CloudServer>;
  /** What was sent is not ended by the signal. */
  create(spec: CloudSpec, signal: AbortSignal): Promise<CloudServer>;
  remove(id: string, signal: AbortSignal): Promise<void>;
}

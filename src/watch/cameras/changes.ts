import type { CallContext } from '../../contract/call-context.ts';
import type { CameraChanges } from '../../contract/camera-answers.ts';
import { beginOf } from './begin-of.ts';
import type { CameraService } from './service.ts';

/** Events of one answer. */
const MOST = 100;

/** What a camera sees now and, with `since`, all that it told of since then. */
export async function changesOf(
  { status: statusOf, events: eventsOf }: Pick<CameraService, 'status' | 'events'>,
  ctx: CallContext,
  { camera, since }: { readonly camera: string; readonly since?: string | undefined },
  now: Date,
): Promise<CameraChanges> {
  const status = await statusOf(ctx, camera);
  if (since === undefined) return { status, since: null, events: status.last_events, has_more: null };
  const from = beginOf(since, status.time_zone, now);
  const found = await eventsOf(ctx, camera, { from, limit: MOST + 1 });
  return { status, since: from, events: found.slice(0, MOST), has_more: found.length > MOST };
}

import { randomUUID } from 'node:crypto';
import { toAppError } from '../errors.ts';
import type { Bus, BusEvent, EventBody, NewEvent, Topic } from '../ports/bus.ts';

const TOPIC_OF: Readonly<Record<EventBody['type'], Topic>> = {
  positioning_analyzed: 'activity',
  analyses_deleted: 'activity',
  job_changed: 'activity',
  mug_detected: 'activity',
  rule_changed: 'activity',
  rule_triggered: 'alerts',
  batch_completed: 'activity',
  model_updated: 'activity',
  error_occurred: 'alerts',
  system_alert: 'alerts',
  server_event: 'alerts',
  camera_event: 'activity',
  camera_summary: 'activity',
  camera_changed: 'activity',
};

/**
 * In-process events. A listener's failure goes to `onError` and never reaches the emitter or other listeners. `keep` makes
 * durable what is to leave the house.
 */
export function createBus(
  onError: (error: unknown) => void,
  now: () => Date = () => new Date(),
  keep: (event: BusEvent) => Promise<void> = async () => {},
): Bus {
  const listeners = new Set<(event: BusEvent) => void>();
  function tell(body: NewEvent): BusEvent {
    const event: BusEvent = {
      ...body,
      id: body.id ?? `evt_${randomUUID()}`,
      time: now().toISOString(),
      topic: TOPIC_OF[body.type],
    };
    for (const listener of [...listeners]) {
      try {
        listener(event);
      } catch (error) {
        onError(error);
      }
    }
    return event;
  }
  return {
    emit: (body) => keep(tell(body)).then(() => null, toAppError),
    relay: (body) => void tell(body),
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

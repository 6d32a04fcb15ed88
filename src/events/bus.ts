import { randomUUID } from 'node:crypto';
import type { Bus, BusEvent, EventBody, Topic } from '../ports/bus.ts';

const TOPIC_OF: Readonly<Record<EventBody['type'], Topic>> = {
  positioning_analyzed: 'activity',
  analyses_deleted: 'activity',
  job_changed: 'activity',
  mug_detected: 'activity',
  rule_changed: 'activity',
  rule_triggered: 'alerts',
  batch_completed: 'activity',
};

/** In-process events. A listener's failure goes to `onError` and never reaches the emitter or other listeners. */
export function createBus(onError: (error: unknown) => void, now: () => Date = () => new Date()): Bus {
  const listeners = new Set<(event: BusEvent) => void>();
  return {
    emit(body) {
      const event: BusEvent = {
        ...body,
        id: `evt_${randomUUID()}`,
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
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

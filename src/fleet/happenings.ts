import type { Severity } from '../contract/notification.ts';
import { quotedText } from '../plain-text.ts';
import type { ServerHappening } from '../ports/bus.ts';
import { leadOf } from './idle.ts';
import { isOver, type ServerRecord } from './record.ts';
import type { Changed } from './store.ts';

export interface Happening {
  readonly event: ServerHappening;
  readonly severity: Severity;
  readonly message: string;
}

/** What a change of a server means to those who watch. */
export function happeningsOf({ before, after }: Changed, warnMs: number): Happening[] {
  const found: Happening[] = [];
  const say = (event: ServerHappening, severity: Severity, message: string) =>
    void found.push({ event, severity, message });
  if (isOver(after) && !isOver(before)) {
    if (after.provider_id === null && before.intent?.action === 'terminate')
      say('terminated', 'info', 'It was ended before it was seen at the provider.');
    else if (after.goal === 'terminated' && after.provider_id !== null)
      say('terminated', 'info', `It was terminated; it cost $${usd(after)} as counted here.`);
    else say('error', 'error', after.error ?? 'It was not made.');
    return found;
  }
  // What was taken back did not happen.
  if (after.state !== before.state) {
    if (after.state === 'running' && after.started_at !== before.started_at)
      say('started', 'success', `It runs${priceWords(after)}.`);
    if (after.state === 'stopped' && after.stopped_at !== before.stopped_at) {
      const idle = after.meter.saving && !before.meter.saving;
      if (idle) say('idle_stopped', 'info', 'It was stopped, because nobody used it.');
      else say('stopped', 'info', 'It is stopped.');
    }
  }
  if (after.error !== null && after.error !== before.error) {
    say('error', 'error', `The provider: ${quotedText(after.error, 500)}`);
  }
  if (after.drift !== null && after.drift !== before.drift) say('drift', 'warning', after.drift);
  if (after.warned_at !== null && after.warned_at !== before.warned_at) {
    const costs = priceWords(after);
    say(
      'idle_warning',
      'warning',
      `Nobody uses it${costs === '' ? '' : `, and it runs${costs}`}: it is stopped when it has got no request in ${after.config.idle_timeout_seconds} s, at about ${stopTime(after, warnMs)}.`,
    );
  }
  return found;
}

const usd = ({ meter }: ServerRecord) => meter.usd.toFixed(2);

function stopTime({ warned_at: warned, config }: ServerRecord, warnMs: number): string {
  return `${new Date(Date.parse(warned ?? '') + leadOf(config, warnMs)).toISOString().slice(11, 19)} UTC`;
}

const priceWords = ({ cost_per_hour: price, type }: ServerRecord) =>
  type === 'serverless' || price === null ? '' : ` for $${price} an hour`;

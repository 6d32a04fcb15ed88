import { expect, it } from 'vitest';
import { Alarm } from '../../../src/events/outbox/alarm.ts';

it('wakes who sleeps, and who looked away when it rang', async () => {
  const alarm = new Alarm();
  alarm.set();
  const slept = alarm.sleep();
  expect(alarm.isAsleep).toBe(true);
  alarm.wake();
  expect(alarm.isAsleep).toBe(false);
  await slept;
  alarm.set();
  alarm.wake();
  await alarm.sleep();
  alarm.set();
  await alarm.sleep(5);
  expect(alarm.isAsleep).toBe(false);
});

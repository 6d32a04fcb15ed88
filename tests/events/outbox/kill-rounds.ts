import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Receiver, until } from '../../support/receiver.ts';

export interface KillReport {
  readonly acknowledged: number;
  readonly lost: number;
  readonly reordered: number;
  /** Came more than once, with the same id. */
  readonly repeated: number;
  /** From when the next process took its first event to its first delivery, ms, the longest. */
  readonly longestPauseMs: number;
}

/** Kills a process that accepts and delivers events so often, starts it again, and counts what arrived. */
export async function killRounds(
  where: string,
  rounds: number,
  sender = new URL('./letter-sender.ts', import.meta.url),
): Promise<KillReport> {
  const receiver = await new Receiver().start();
  const acknowledged: string[] = [];
  // What the last process accepts after this has nobody who delivers it once that is killed.
  let due: readonly string[] = [];
  let longestPauseMs = 0;
  const begin = (round: number) => {
    const begun = fork(fileURLToPath(sender), [where, receiver.url, String(round)]);
    begun.on('message', (id: string) => acknowledged.push(id));
    return begun;
  };
  for (let round = 0; round <= rounds; round += 1) {
    const before = receiver.calls.length;
    const running = begin(round);
    await once(running, 'message');
    const started = performance.now();
    await until(() => receiver.calls.length > before, 30_000);
    if (round > 0) longestPauseMs = Math.max(longestPauseMs, receiver.calls[before]!.at - started);
    await sleep(30 + Math.random() * 150);
    if (round === rounds) {
      due = [...acknowledged];
      await until(() => due.every(hasCome(receiver)), 30_000).catch(() => undefined);
    }
    running.kill('SIGKILL');
    await once(running, 'exit');
  }
  const came = receiver.calls.map(({ body }) => JSON.parse(body).event_id as string);
  await receiver.stop();
  const first = [...new Set(came)];
  const seen = new Set(came);
  return {
    acknowledged: due.length,
    lost: due.filter((id) => !seen.has(id)).length,
    reordered: first.filter((id, at) => at > 0 && id < first[at - 1]!).length,
    repeated: came.length - first.length,
    longestPauseMs: Math.round(longestPauseMs),
  };
}

function hasCome(receiver: Receiver): (id: string) => boolean {
  const seen = new Set(receiver.events.map(({ event_id }) => event_id));
  return (id) => seen.has(id);
}

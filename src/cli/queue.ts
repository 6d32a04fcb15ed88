import { Command } from 'commander';
import type { Page } from '../contract/page.ts';
import type { DeadAnalysis, QueueStatus, Replay } from '../contract/queue.ts';
import { oneLine, printableJson } from '../plain-text.ts';
import { call } from './caller.ts';
import { print } from './terminal.ts';
import { withApp } from './with-app.ts';

export const queueCommand = (done: (status: number) => void) =>
  new Command('queue')
    .description('the queue of analyses that workers take (H200_QUEUE=redis)')
    .addCommand(statusCommand())
    .addCommand(deadCommand())
    .addCommand(replayCommand(done))
    .addCommand(forgetCommand());

const NONE = 'There is no queue: H200_QUEUE is unset, so that each server computes itself.';

const statusCommand = () =>
  new Command('status')
    .description('what waits, who works and what was given up')
    .option('--json', 'one JSON document on stdout')
    .action(async ({ json }: { json?: boolean }) => {
      await withApp(
        async ({ services }) => {
          const status = await services.queue.status(call);
          if (json) print(`${printableJson(status, 2)}\n`);
          else
            print(
              status === null
                ? `${NONE}\n`
                : statusLines(status)
                    .map((line) => `${oneLine(line)}\n`)
                    .join(''),
            );
        },
        {},
        { queue: 'look' },
      );
    });

/** "queue default: connected; waiting: 0 critical, 0 high, 3 normal, 0 low; 2 running; 40 done in the last minute; 0 given up". */
export function statusLines({
  name,
  state,
  depth,
  running,
  per_minute,
  late_per_minute,
  dead,
  workers,
}: QueueStatus): string[] {
  const waiting = depth.map((one) => `${one.waiting} ${one.priority}`).join(', ') || 'unknown';
  const of = (value: number | null) => value ?? 'an unknown number';
  return [
    `queue ${name}: ${state}; waiting: ${waiting}; ${of(running)} running; ${of(per_minute)} done in the last minute, ${of(late_per_minute)} ended by their time limit; ${of(dead)} given up`,
    ...(state === 'connected' && !workers.some(({ trouble }) => trouble === null)
      ? ['NO WORKER takes analyses: each is QUEUE_002 until one runs ("h200-mug worker")']
      : []),
    ...workers.map(
      (one) =>
        `worker ${one.worker_id} on ${one.host}: version ${one.version}, ${one.model ?? 'no model'}, ${one.trouble === null ? `${one.concurrency} at once` : `TAKES NOTHING: ${one.trouble}`}`,
    ),
  ];
}

const deadCommand = () =>
  new Command('dead')
    .description('analyses that the workers gave up, newest first')
    .option('--json', 'one JSON document on stdout')
    .action(async ({ json }: { json?: boolean }) => {
      await withApp(
        async ({ services }) => {
          const all: DeadAnalysis[] = [];
          for (let cursor: string | null = ''; cursor !== null; ) {
            const page: Page<DeadAnalysis> = await services.queue.dead(call, { limit: 100, ...(cursor && { cursor }) });
            all.push(...page.items);
            cursor = page.nextCursor;
          }
          if (json) print(`${printableJson(all, 2)}\n`);
          else if (all.length === 0) print('There are none.\n');
          for (const one of json ? [] : all) {
            const { id, died_at, owner, attempts, error, replayable } = one;
            const kept = replayable ? '' : ', not kept';
            print(
              `${oneLine(`${id}  ${died_at ?? '?'}  ${owner}  ${attempts} tries${kept}  ${error.code}: ${error.message}`)}\n`,
            );
          }
        },
        {},
        { queue: 'look' },
      );
    });

const replayCommand = (done: (status: number) => void) =>
  new Command('replay')
    .description('analyses them once more, for their owners')
    .argument('[id...]', 'those; none: all')
    .action(async (ids: string[]) => {
      await withApp(
        async ({ services: { queue } }) => {
          const ended: Replay[] = [];
          for (const id of ids) ended.push(await queue.replay(call, id));
          if (ids.length === 0) ended.push(...(await queue.replayAll(call)));
          for (const { id, analysis_id, error } of ended) {
            print(`${oneLine(`${id}  ${analysis_id ?? `${error?.code}: ${error?.message}`}`)}\n`);
          }
          if (ended.length === 0) print('There are none.\n');
          if (ended.some(({ analysis_id }) => analysis_id === null)) done(1);
        },
        {},
        { queue: 'use' },
      );
    });

const forgetCommand = () =>
  new Command('forget')
    .description('removes one that was given up, with its photo')
    .argument('<id>')
    .action(async (id: string) => {
      await withApp(({ services }) => services.queue.forget(call, id), {}, { queue: 'look' });
      print('Forgotten.\n');
    });

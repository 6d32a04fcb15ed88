import { Argument, Command, Option } from 'commander';
import { type DeadLetter, TARGETS, type TargetName, type TargetStatus } from '../contract/notification.ts';
import type { Page } from '../contract/page.ts';
import { oneLine, printableJson } from '../plain-text.ts';
import { call } from './caller.ts';
import { print } from './terminal.ts';
import { withApp } from './with-app.ts';

export const notifyCommand = (done: (status: number) => void) =>
  new Command('notify')
    .description('messages that leave: webhook, n8n, Slack, Discord, mail, Templated.io')
    .addCommand(statusCommand())
    .addCommand(testCommand(done))
    .addCommand(deadCommand())
    .addCommand(replayCommand());

/** "mail" is what the documents call it. */
const NAMES = [...TARGETS, 'mail'] as const;
const targetOf = (name: TargetName | 'mail'): TargetName => (name === 'mail' ? 'email' : name);
const target = () => new Argument('<target>', 'where to').choices(NAMES);

const statusCommand = () =>
  new Command('status').description('where messages are sent, and what waits').action(async () => {
    await withApp(async ({ services }) => {
      const all = await services.notifications.status(call);
      for (const one of all) print(`${oneLine(statusLine(one))}\n`);
      if (all.length === 0) print('Nothing is sent anywhere: no target is configured.\n');
    });
  });

/** "slack      3 waiting, 0 dead; last arrived 2026-01-01T10:00:00.000Z; last error 2026-01-01T10:05:00.000Z: answered 500". */
export function statusLine(status: TargetStatus): string {
  const { target: name, waiting, dead_letters: dead, last_success_at: arrived, last_error: error } = status;
  return [
    `${name.padEnd(10)} ${waiting ?? 'an unknown number'} waiting, ${dead ?? 'an unknown number'} dead`,
    arrived === null ? 'none is known to have arrived' : `last arrived ${arrived}`,
    ...(error === null ? [] : [`last error ${error.at}: ${error.reason}`]),
  ].join('; ');
}

const testCommand = (done: (status: number) => void) =>
  new Command('test')
    .description('sends a test there')
    .addArgument(target())
    .action(async (given: TargetName | 'mail') => {
      const name = targetOf(given);
      await withApp(async ({ services }) => {
        const { ok, reason, took_ms } = await services.notifications.test(call, name);
        print(`${name}: ${ok ? `arrived in ${took_ms} ms` : reason}\n`);
        if (!ok) done(1);
      });
    });

const deadCommand = () =>
  new Command('dead')
    .description('messages that could not be delivered, newest first')
    .option('--json', 'one JSON document on stdout, with what they say')
    .action(async ({ json }: { json?: boolean }) => {
      await withApp(async ({ services }) => {
        const all: DeadLetter[] = [];
        for (let cursor: string | null = ''; cursor !== null; ) {
          const page: Page<DeadLetter> = await services.notifications.deadLetters(call, {
            limit: 100,
            ...(cursor && { cursor }),
          });
          all.push(...page.items);
          cursor = page.nextCursor;
        }
        if (json) print(`${printableJson(all, 2)}\n`);
        else if (all.length === 0) print('There are none.\n');
        else {
          for (const { id, died_at, event, reason } of all) {
            print(`${oneLine(`${id}  ${died_at}  ${event.event_type}  ${reason}`)}\n`);
          }
        }
      });
    });

const replayCommand = () =>
  new Command('replay')
    .description('sends messages that could not be delivered once more')
    .argument('[id...]', 'those; none: all')
    .addOption(new Option('--target <target>', 'all of this target').choices(NAMES))
    .action(async (ids: string[], { target: only }: { target?: TargetName | 'mail' }) => {
      await withApp(async ({ services }) => {
        const { notifications } = services;
        for (const id of ids) await notifications.replay(call, id);
        const count = ids.length > 0 ? ids.length : await notifications.replayAll(call, only && targetOf(only));
        print(`${count} put back to be sent; "h200-mug notify status" says what still waits.\n`);
      });
    });

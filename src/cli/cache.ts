import { Command, Option } from 'commander';
import { print } from './terminal.ts';
import { withApp } from './with-app.ts';

/** What the cache keeps, by the names that people use. */
const KINDS = { answers: 'analysis', detections: 'detections' } as const;

export const cacheCommand = (_done: (status: number) => void) =>
  new Command('cache').description('the Redis that servers share').addCommand(clearCommand());

const clearCommand = () =>
  new Command('clear')
    .description('removes what is kept in Redis; nothing is lost, images are looked at again')
    .addOption(new Option('--kind <kind>', 'only these').choices(Object.keys(KINDS)))
    .action(async ({ kind }: { kind?: keyof typeof KINDS }) => {
      await withApp(async (app) => {
        if ((await app.examine.cache()) === null) print('REDIS_HOST is unset: each process has its own cache only.\n');
        else print(`${await app.clearCache(kind && KINDS[kind])} entries removed.\n`);
      });
    });

import { Command, Option } from 'commander';
import type { Backend, MigrationReport } from '../app/migrate.ts';
import { printableJson } from '../plain-text.ts';
import { type Bar, progressBar } from './progress-bar.ts';
import { print } from './terminal.ts';

export const dataCommand = (done: (status: number) => void) =>
  new Command('data').description('what is stored, as a whole').addCommand(migrateCommand(done));

const migrateCommand = (done: (status: number) => void) =>
  new Command('migrate')
    .description('copies all records and photos between the embedded store and the one of MONGODB_ATLAS_URI')
    .addOption(new Option('--to <store>', 'where to').choices(['mongodb', 'embedded']).makeOptionMandatory())
    .option('--json', 'one JSON document on stdout')
    .action(async ({ to, json }: { to: Backend; json?: boolean }) => {
      const [{ migrate }, { readConfig }] = await Promise.all([
        import('../app/migrate.ts'),
        import('../app/read-settings.ts'),
      ]);
      let bar: Bar | undefined;
      const report = await migrate(await readConfig(process.env), to, {
        onStart: (analyses) => {
          bar = progressBar(analyses, !json);
        },
        onRecord: (kind) => {
          if (kind === 'analysis') bar?.advance();
        },
      }).finally(() => bar?.stop());
      print(json ? `${printableJson(report, 2)}\n` : told(report));
      if (report.unreadable.length + report.different.length + report.missing.length > 0) done(1);
    });

const MOST_NAMED = 20;

function told({ copied, found, photos, unreadable, different, missing }: MigrationReport): string {
  const names = (what: string, list: readonly string[]) =>
    list.length === 0
      ? ''
      : `${what}: ${list.slice(0, MOST_NAMED).join(', ')}${list.length > MOST_NAMED ? `, ${list.length - MOST_NAMED} more` : ''}\n`;
  const named = (list: MigrationReport['unreadable']) => list.map(({ kind, id }) => `${kind} ${id}`);
  return [
    `${copied} records and ${photos} photos are there and the same, by their checksums (${found} records were before).\n`,
    names('Damaged in the source, not copied', named(unreadable)),
    names('Something else is there under the same id, left as it is', named(different)),
    names('Photos that the source does not have', missing),
  ].join('');
}

import { Command, Option } from 'commander';
import type { Backend, MigrationReport } from '../app/migrate.ts';
import type { PhotoPlace } from '../app/move-photos.ts';
import { printableJson } from '../plain-text.ts';
import { exportCommand, importCommand } from './data-archive.ts';
import { ids, named, unseen } from './named-records.ts';
import { type Bar, progressBar } from './progress-bar.ts';
import { print } from './terminal.ts';

export const dataCommand = (done: (status: number) => void) =>
  new Command('data')
    .description('what is stored, as a whole')
    .addCommand(exportCommand(done))
    .addCommand(importCommand(done))
    .addCommand(migrateCommand(done))
    .addCommand(photosCommand(done));

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
      if (
        report.unreadable.length +
          report.different.length +
          report.missing.length +
          report.damaged.length +
          report.nobodys >
        0
      )
        done(1);
    });

const photosCommand = (done: (status: number) => void) =>
  new Command('photos')
    .description('copies all photos between this machine and the bucket of R2_ENDPOINT_URL')
    .addOption(new Option('--to <place>', 'where to').choices(['bucket', 'disk']).makeOptionMandatory())
    .option('--json', 'one JSON document on stdout')
    .action(async ({ to, json }: { to: PhotoPlace; json?: boolean }) => {
      const [{ movePhotos }, { readConfig }] = await Promise.all([
        import('../app/move-photos.ts'),
        import('../app/read-settings.ts'),
      ]);
      let bar: Bar | undefined;
      const report = await movePhotos(await readConfig(process.env), to, {
        onStart: (analyses) => {
          bar = progressBar(analyses, !json);
        },
        onPhoto: () => bar?.advance(),
      }).finally(() => bar?.stop());
      const { photos, missing, damaged } = report;
      const text = `${photos} photos are there and the same, by their checksums.\n${lostPhotos(missing, damaged)}`;
      print(json ? `${printableJson(report, 2)}\n` : text);
      if (missing.length + damaged.length > 0) done(1);
    });

function told({ copied, found, photos, unreadable, different, missing, damaged, ...rest }: MigrationReport): string {
  return [
    `${copied} records and ${photos} photos are there and the same, by their checksums (${found} records were before).\nWhat photos look like, which searches rank by, is computed again there in the background.\n`,
    named('Damaged in the source, not copied', ids(unreadable)),
    named('Something else is there under the same id, left as it is', ids(different)),
    lostPhotos(missing, damaged),
    unseen(rest, 'Make their users, or export to a file and import it with --owner NAME.'),
  ].join('');
}

const lostPhotos = (missing: readonly string[], damaged: readonly string[]): string =>
  named('Photos that are in neither place', missing) +
  named('Photos that are there and damaged, left as they are', damaged);

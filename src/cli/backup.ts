import { Command } from 'commander';
import type { CreateReport } from '../backup/create.ts';
import type { RestoreReport } from '../backup/restore.ts';
import type { Config } from '../config/config.ts';
import { printableJson } from '../plain-text.ts';
import { named } from './named-records.ts';
import { type Bar, progressBar } from './progress-bar.ts';
import { print } from './terminal.ts';
import { untilInterrupted } from './until-interrupted.ts';

type Done = (status: number) => void;

interface Choice {
  readonly to?: string;
  readonly from?: string;
  readonly json?: boolean;
}

const PLACE = 'a folder, or s3://BUCKET/FOLDER (default: H200_BACKUP_TO)';

export const backupCommand = (done: Done) =>
  new Command('backup')
    .description('backups of all records and photos: made while servers run, checked, put back')
    .addCommand(createCommand(done))
    .addCommand(listCommand(done))
    .addCommand(verifyCommand(done))
    .addCommand(restoreCommand(done));

const createCommand = (done: Done) =>
  new Command('create')
    .description('makes a backup; only what is new is written, and old ones go (H200_BACKUP_KEEP_ variables)')
    .option('--to <place>', PLACE)
    .option('--full', 'writes also what is there already')
    .option('--keep-all', 'no old backup is removed')
    .option('--json', 'one JSON document on stdout')
    .action(async ({ to, full = false, keepAll = false, json }: Choice & { full?: boolean; keepAll?: boolean }) => {
      const { makeBackup } = await import('../app/backups.ts');
      const report = await withBar(json, (told, config, signal) =>
        makeBackup(config, { at: to, full, keepAll, signal, ...told }),
      );
      print(json ? `${printableJson(facts(report), 2)}\n` : created(report));
      const { unreadable, photos } = report.manifest;
      if (unreadable + photos.missing > 0) done(1);
    });

function facts({ manifest, new_photos, mended, damaged, pruned }: CreateReport) {
  const { records, photos, ...rest } = manifest;
  const { list: _, ...counted } = photos;
  return { ...rest, bytes: records.bytes, photos: { ...counted, damaged }, new_photos, mended, pruned };
}

function created({ manifest, new_photos, mended, damaged, pruned }: CreateReport): string {
  const { id, analyses, photos, unreadable, moment } = manifest;
  return [
    `Backup ${id}: ${analyses} analyses with all other records, ${photos.count} photos, of which ${new_photos} are new.\n`,
    moment ? '' : 'MongoDB was read record by record: what was written meanwhile may be in it or not.\n',
    unreadable > 0 ? `${unreadable} records cannot be read and are not in it: "h200-mug doctor" names them.\n` : '',
    photos.missing > damaged ? `Photos that are lost: ${photos.missing - damaged}. ` : '',
    damaged > 0 ? `Photos that are there and damaged: ${damaged}. ` : '',
    named('Not in it', photos.named),
    mended > 0 ? `Files of older backups that were damaged there, and are whole again: ${mended}.\n` : '',
    pruned !== null && pruned.backups.length > 0 ? `Old backups that were removed: ${pruned.backups.length}.\n` : '',
    named("Backups whose time has not come by this machine's clock, so that they stay", pruned?.ahead ?? []),
    named('Backups that cannot be read, so that nothing they may need was removed', pruned?.unreadable ?? []),
  ].join('');
}

const listCommand = (done: Done) =>
  new Command('list')
    .description('the backups that are whole, oldest first')
    .option('--from <place>', PLACE)
    .option('--json', 'one JSON document on stdout')
    .action(async ({ from, json }: Choice) => {
      const [{ listBackups }, config] = await Promise.all([import('../app/backups.ts'), configOf()]);
      const all = await listBackups(config, { at: from });
      const lines = all.map((one) => {
        const ahead = one.ahead ? '  of a time that has not come' : '';
        if ('problem' in one) return `${one.id}  ${one.problem}${ahead}\n`;
        const { id, created_at, store, analyses, photos } = one;
        return `${id}  ${created_at}  ${store}  ${analyses} analyses  ${photos.count} photos${ahead}\n`;
      });
      print(json ? `${printableJson(all, 2)}\n` : lines.join('') || 'There are none.\n');
      if (all.some((one) => 'problem' in one)) done(1);
    });

const verifyCommand = (done: Done) =>
  new Command('verify')
    .description('reads a backup to its end and compares every checksum')
    .argument('[id]', 'its id, "latest" or "all"', 'latest')
    .option('--from <place>', PLACE)
    .option('--json', 'one JSON document on stdout')
    .action(async (id: string, { from, json }: Choice) => {
      const [{ verifyBackups }, config] = await Promise.all([import('../app/backups.ts'), configOf()]);
      const reports = await untilInterrupted((signal) => verifyBackups(config, id, { at: from, signal }));
      const lines = reports.map(
        (one) => `${one.id}  ${one.problem ?? `is whole: its records and ${one.photos} photos`}\n`,
      );
      print(json ? `${printableJson(reports, 2)}\n` : lines.join('') || 'There are none.\n');
      if (reports.some(({ problem }) => problem !== null)) done(1);
    });

const restoreCommand = (done: Done) =>
  new Command('restore')
    .description('puts a backup into the store of the configuration, embedded or MongoDB; stop its servers first')
    .argument('[id]', 'its id, or "latest"', 'latest')
    .option('--from <place>', PLACE)
    .option(
      '--force',
      'although there is a store: an embedded one is kept under another name, MongoDB keeps what it has',
    )
    .option('--end-logins', 'everybody has to log in again')
    .option('--partial', 'goes on without photos that the backup does not have whole')
    .option('--json', 'one JSON document on stdout')
    .action(async (id: string, { from, json, ...choice }: Choice & RestoreChoice) => {
      const { restore } = await import('../app/backups.ts');
      const report = await withBar(json, (told, config, signal) =>
        restore(config, id, { at: from, signal, ...choice, ...told }),
      );
      const { manifest, ...rest } = report;
      const facts = { id: manifest.id, created_at: manifest.created_at, analyses: manifest.analyses, ...rest };
      print(json ? `${printableJson(facts, 2)}\n` : restored(report));
      if (report.lost > 0) done(1);
    });

interface RestoreChoice {
  readonly force?: boolean;
  readonly endLogins?: boolean;
  readonly partial?: boolean;
}

function restored({ manifest, photos, lost, left_out }: RestoreReport): string {
  const waiting = (left_out.outgoing ?? 0) + (left_out.held_notice ?? 0);
  return [
    `Backup ${manifest.id} of ${manifest.created_at} is there: ${manifest.analyses} analyses with all other records, ${photos} photos.\n`,
    lost > 0 ? `Photos that are lost: ${lost}. Their analyses can be read, not drawn.\n` : '',
    manifest.photos.missing > 0 ? `Photos that were lost when it was made: ${manifest.photos.missing}.\n` : '',
    waiting > 0 ? `${waiting} messages that waited to be sent at that time are not sent again.\n` : '',
    'Not in a backup: settings and secrets (JWT_SECRET and others), and what waits in Redis. "h200-mug doctor" looks at the rest.\n',
  ].join('');
}

async function configOf(): Promise<Config> {
  const { readConfig } = await import('../app/read-settings.ts');
  return readConfig(process.env);
}

interface Told {
  readonly onStart: (count: number) => void;
  readonly onPhoto: () => void;
}

async function withBar<T>(
  json: boolean | undefined,
  run: (told: Told, config: Config, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let bar: Bar | undefined;
  const told: Told = {
    onStart: (count) => {
      bar = progressBar(count, !json);
    },
    onPhoto: () => bar?.advance(),
  };
  const config = await configOf();
  return untilInterrupted((signal) => run(told, config, signal)).finally(() => bar?.stop());
}

import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { printableJson } from '../plain-text.ts';
import { ids, named, unseen } from './named-records.ts';
import { type Bar, progressBar } from './progress-bar.ts';
import { print } from './terminal.ts';

type Done = (status: number) => void;

export const exportCommand = (done: Done) =>
  new Command('export')
    .description('writes all records and photos into one file')
    .argument('<file>', 'must not exist')
    .option('--no-photos', 'records alone')
    .option('--accounts', 'users, keys and the audit log too: who has the file has the hashes of their passwords')
    .option('--json', 'one JSON document on stdout')
    .action(async (file: string, { photos, accounts = false, json }: Choice & { photos: boolean }) => {
      const { exportData } = await import('../app/export-data.ts');
      const report = await withBar(json, (told, config) => exportData(config, file, { photos, accounts, ...told }));
      const { copied, photos: kept, unreadable, missing, damaged, without_users } = report;
      const lines = [
        `${copied} records and ${kept} photos were written.\n`,
        named('Damaged, not exported', ids(unreadable)),
        named('Photos that are lost', missing),
        named('Photos that are there and damaged, not exported', damaged),
        without_users > 0
          ? `${without_users} of the records belong to users, whom the file does not have: import it with --owner NAME, or export with --accounts.\n`
          : '',
      ];
      print(json ? `${printableJson(report, 2)}\n` : lines.join(''));
      if (unreadable.length + missing.length + damaged.length > 0) done(1);
    });

export const importCommand = (done: Done) =>
  new Command('import')
    .description('takes what an exported file has; nothing that is there is replaced, and begun again it goes on')
    .argument('<file>')
    .option('--accounts', 'users, keys and the audit log too: whoever made the file decides who may log in')
    .option(
      '--owner <name>',
      'gives all records to this user of the target store, or to "local": this machine, without users',
    )
    .option('--json', 'one JSON document on stdout')
    .action(async (file: string, { accounts = false, owner, json }: Choice & { owner?: string }) => {
      const { importData } = await import('../app/import-data.ts');
      const report = await withBar(json, (told, config) => importData(config, file, { accounts, owner, ...told }));
      const { copied, found, photos, unreadable, different, without_photo } = report;
      const lines = [
        `${copied} records and ${photos} photos are there and the same (${found} records were before).\n`,
        named('Damaged in the file, not imported', ids(unreadable)),
        named('Something else is there under the same id, left as it is', ids(different)),
        named('Photos of analyses that neither the file nor the store has', without_photo),
        unseen(
          report,
          'Import the file again with --owner NAME, which gives them to a user of this store, or with --accounts, which brings their users.',
        ),
      ];
      print(json ? `${printableJson(report, 2)}\n` : lines.join(''));
      if (unreadable.length + different.length + without_photo.length + report.nobodys > 0) done(1);
    });

interface Choice {
  readonly accounts?: boolean;
  readonly json?: boolean;
}

interface Told {
  readonly onStart: (analyses: number) => void;
  readonly onAnalysis: () => void;
}

async function withBar<T>(json: boolean | undefined, run: (told: Told, config: Config) => Promise<T>): Promise<T> {
  const { readConfig } = await import('../app/read-settings.ts');
  let bar: Bar | undefined;
  const told: Told = {
    onStart: (analyses) => {
      bar = progressBar(analyses, !json);
    },
    onAnalysis: () => bar?.advance(),
  };
  return run(told, await readConfig(process.env)).finally(() => bar?.stop());
}

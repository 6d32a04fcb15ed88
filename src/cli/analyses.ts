import { Command, InvalidArgumentError } from 'commander';
import { AnalysisId } from '../contract/ids.ts';
import { printableJson } from '../plain-text.ts';
import { callFor, OWNER } from './caller.ts';
import { tellOfUsers } from './tell-of-users.ts';
import { print } from './terminal.ts';
import { withApp } from './with-app.ts';

const MAX_LISTED = 1000;

export const analysesCommand = () =>
  new Command('analyses')
    .description('the stored analyses and their photos')
    .addCommand(listCommand())
    .addCommand(deleteCommand());

const listCommand = () =>
  new Command('list')
    .description('the newest analyses, one a line')
    .option('--limit <n>', `at most so many, up to ${MAX_LISTED}`, wholeNumber(MAX_LISTED), 50)
    .option(...OWNER)
    .option('--json', 'one JSON document on stdout')
    .action(({ limit, owner, json }: { limit: number; owner?: string; json?: boolean }) =>
      withApp(async (app) => {
        const { services } = app;
        const [{ analysisHeadline }, { leftOutLine }] = await Promise.all([
          import('../presentation/analysis-text.ts'),
          import('../contract/unreadable.ts'),
        ]);
        const call = await callFor(services, owner, 'analyses list');
        const [page, total] = await Promise.all([
          services.analyses.list(call, { limit }),
          services.analyses.count(call),
        ]);
        const analyses = page.items.map((analysis) => ({
          analysis_id: analysis.analysis_id,
          timestamp: analysis.timestamp,
          headline: analysisHeadline(analysis),
        }));
        const lines = analyses.map((one) => `${one.analysis_id}  ${one.timestamp}  ${one.headline}\n`);
        print(
          json
            ? `${printableJson({ total, analyses, ...(page.unreadable && { unreadable: page.unreadable }) }, 2)}\n`
            : `Stored analyses: ${total}, ${lines.length} shown.\n${lines.join('')}${leftOutLine(page.unreadable)
                .map((line) => `${line}\n`)
                .join('')}`,
        );
        if (owner === undefined) await tellOfUsers(app, 'analyses');
      }),
    );

interface DeleteOptions {
  readonly olderThanDays?: number;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly owner?: string;
  readonly json?: boolean;
}

const deleteCommand = () =>
  new Command('delete')
    .description('deletes analyses for good, with their photos; a photo goes with its last analysis')
    .argument('[id]', 'one analysis, ana_…', analysisId)
    .option('--older-than-days <n>', 'those that are older', wholeNumber(36_500))
    .option('--all', 'all')
    .option('--dry-run', 'only says how many')
    .option(...OWNER)
    .option('--json', 'one JSON document on stdout')
    .action(async (id: string | undefined, { olderThanDays, all, dryRun = false, owner, json }: DeleteOptions) => {
      const [{ requireOneChoice }, { deletionAnswer }] = await Promise.all([
        import('../contract/deletion.ts'),
        import('../presentation/deletion-answer.ts'),
      ]);
      requireOneChoice({ analysis_id: id, older_than_days: olderThanDays, all });
      await withApp(async (app) => {
        const { analyses } = app.services;
        const call = await callFor(app.services, owner, `analyses delete${dryRun ? ' --dry-run' : ''}`);
        const options = { dryRun, ...(olderThanDays !== undefined && { olderThanDays }) };
        let done =
          id === undefined ? await analyses.deleteAll(call, options) : await analyses.delete(call, id, { dryRun });
        // Each call is bounded in time; the command goes on as long as it comes on.
        let more = done;
        while (!more.complete && more.deleted > 0) {
          more = await analyses.deleteAll(call, options);
          done = { ...more, deleted: done.deleted + more.deleted };
        }
        const { text, structured } = deletionAnswer(done, dryRun);
        print(json ? `${printableJson(structured, 2)}\n` : `${text}\n`);
        if (id === undefined && owner === undefined) await tellOfUsers(app, 'analyses');
      });
    });

function analysisId(text: string): string {
  const { success, data } = AnalysisId.safeParse(text.trim());
  if (!success) throw new InvalidArgumentError('An id of an analysis looks like ana_…');
  return data;
}

function wholeNumber(max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > max) {
      throw new InvalidArgumentError(`A whole number from 1 to ${max}.`);
    }
    return value;
  };
}

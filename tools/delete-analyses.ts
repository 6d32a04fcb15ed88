import * as z from 'zod';
import { deletionChoice, ofRemovedUser, requireOneChoice } from '../src/contract/deletion.ts';
import { defined } from '../src/gateway/mcp/protocol/arguments.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { DeletionOutput, deletionAnswer } from '../src/presentation/deletion-answer.ts';

export const deleteAnalyses = defineTool({
  name: 'delete_analyses',
  title: 'Delete analyses and photos',
  description:
    'Deletes stored analyses of yours for good, with their photos: one, the old ones, or all. dry_run only counts.',
  permission: 'analysis:delete',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  readOnlyMode: 'hidden',
  input: z.strictObject({ ...deletionChoice, owner: ofRemovedUser, dry_run: z.boolean().default(false) }),
  output: DeletionOutput,
  aliases: { id: 'analysis_id', days: 'older_than_days' },
  async run({ analysis_id, older_than_days, all, owner, dry_run: dryRun }, call) {
    requireOneChoice({ analysis_id, older_than_days, all, owner });
    const { analyses } = call.services;
    const done =
      analysis_id === undefined
        ? await analyses.deleteAll(call, { ...defined({ olderThanDays: older_than_days, owner }), dryRun })
        : await analyses.delete(call, analysis_id, { dryRun });
    return deletionAnswer(done, dryRun);
  },
});

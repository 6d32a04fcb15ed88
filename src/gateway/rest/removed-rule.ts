import * as z from 'zod';

export const Permanent = z
  .boolean()
  .default(false)
  .describe('true: removes it for good (its history is kept); false: only disables it, and it stays in the list');

/** What a removal did, of one rule or of each of many. */
export const RemovedRule = z.strictObject({
  rule_id: z.string(),
  deleted: z.boolean().describe('false: it is only disabled and still listed'),
  enabled: z.literal(false),
  message: z.string().describe('the same in words'),
});

export function removedRule(id: string, permanent: boolean): z.infer<typeof RemovedRule> {
  const message = permanent
    ? 'Removed; its history is kept.'
    : 'Disabled, not removed: GET /rules still lists it (with enabled=true it does not). Send "permanent": true to remove it.';
  return { rule_id: id, deleted: permanent, enabled: false, message };
}

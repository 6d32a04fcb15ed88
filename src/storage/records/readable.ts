import * as z from 'zod';
import { Analysis } from '../../contract/analysis.ts';
import { AnalysisListItem } from '../../contract/analysis-list-item.ts';
import { ZoneInput } from '../../contract/calibration.ts';
import { Rule, type RuleVersion } from '../../contract/rule.ts';
import { AppError } from '../../errors.ts';
import type { RecordKind, StoredCalibration } from '../../ports/records.ts';

/** What a stored text must be, so that everybody who reads it may rely on its type. */
type Shape<T> = z.ZodType<T>;

export const ANALYSIS: Shape<Analysis> = Analysis;
export const LIST_ITEM: Shape<AnalysisListItem> = AnalysisListItem;
export const RULE: Shape<Rule> = Rule;
export const RULE_VERSION = z.looseObject({
  rule_id: z.string(),
  version: z.int(),
  action: z.enum(['created', 'updated', 'deleted', 'restored']),
  rule: Rule,
  created_at: z.string(),
}) as unknown as Shape<RuleVersion>;
const Numbers = z.array(z.number());
export const CALIBRATION = z.looseObject({
  owner: z.string(),
  calibration_id: z.string(),
  name: z.string(),
  created_at: z.string(),
  width: z.number(),
  height: z.number(),
  calibration: z.looseObject({
    method: z.string(),
    homography: Numbers.length(9).nullable(),
    mmPerPixel: z.number().nullable(),
    scaleSigma: z.number().nullable(),
    references: z.array(z.string()),
    assumptions: z.array(z.string()),
  }),
  zones: z.array(ZoneInput),
  tablePx: z.array(Numbers.length(2)).nullable(),
}) as unknown as Shape<StoredCalibration>;

/** Reads a stored text. Throws DB_003 for one that is damaged; fields that nobody knows are no damage. */
export function readable<T>(text: string, shape: Shape<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('DB_003', { cause });
  }
  const { error } = shape.safeParse(value);
  if (error?.issues.some(({ code }) => code !== 'unrecognized_keys')) throw new AppError('DB_003', { cause: error });
  return value as T;
}

/** The error of one that was asked for by its id. */
export async function named<T>(
  kind: 'analysis' | 'rule' | 'calibration',
  id: string,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    throw thrown instanceof AppError && thrown.code === 'DB_003' ? unreadable(kind, id, thrown.cause) : thrown;
  }
}

const unreadable = (kind: keyof typeof WAY_OUT, id: string, cause: unknown) =>
  new AppError('DB_003', {
    message: `The stored ${kind} ${id} is damaged and cannot be read; all others can.`,
    advice: WAY_OUT[kind](id),
    details: { [`${kind}_id`]: id },
    cause,
  });

const WAY_OUT = {
  analysis: (id) => `Delete it with delete_analyses {"analysis_id": "${id}"} and analyse the image again.`,
  rule: (id) =>
    `Bring back its newest readable version with update_rule {"rule_id": "${id}", "action": "restore"}, or remove it with "action": "delete". Until then it is not checked.`,
  calibration: (id) => `Delete it with calibrate {"action": "delete", "calibration_id": "${id}"} and make it again.`,
} as const satisfies Record<Exclude<RecordKind, 'rule version' | 'evaluations'>, (id: string) => string>;

import * as z from 'zod';
import { NOUNS } from '../../contract/objects.ts';
import { type Condition, Condition as ConditionSchema, MAX_CONDITIONS, OPERATORS } from '../../contract/rule.ts';
import { ModelError, type Proposal, type Spent } from './sentence-model.ts';

const object = z.enum(Object.keys(NOUNS) as [string, ...string[]]);
const fieldsOf = ConditionSchema.shape;

/**
 * `Condition` as structured output can carry it: the same names and values, every field present, absent ones null
 * (strict JSON schema knows no optional fields).
 */
const AnswerCondition = z.strictObject({
  object1: object,
  object2: object.nullable(),
  operator: z.enum(OPERATORS),
  value: z.number().nullable(),
  unit: fieldsOf.unit.unwrap().nullable(),
  reference: fieldsOf.reference.unwrap().nullable(),
  attribute: fieldsOf.attribute.unwrap().nullable(),
  zone: z.string().nullable(),
  when: z.enum(['available', 'several', 'object_present']).nullable(),
  when_object: object.nullable(),
});

export const Answer = z.strictObject({
  conditions: z.array(AnswerCondition),
  context: z.string().nullable(),
  priority: z.number().nullable(),
  /** True when any part of the sentence cannot be said with these fields. */
  incomplete: z.boolean(),
});
export type Answer = z.infer<typeof Answer>;

/** The answer's conditions through the schema of the rules; null when they are none. */
function conditionsOf(answer: Answer): Condition[] | null {
  if (answer.conditions.length > MAX_CONDITIONS) return null;
  const parsed = z.array(ConditionSchema).safeParse(answer.conditions.map(toCondition));
  return parsed.success && parsed.data.length > 0 ? parsed.data : null;
}

function toCondition({ when, when_object, ...rest }: Answer['conditions'][number]): object {
  const present = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  if (when === null) return present;
  return { ...present, when: when === 'object_present' ? { object_present: when_object ?? '' } : when };
}

/** An answer as a proposal; throws `ModelError` when it does not fit. */
export function proposalOf(answer: unknown, meta: Pick<Proposal, 'model' | 'calls'> & Spent): Proposal {
  const parsed = Answer.safeParse(answer);
  if (!parsed.success) throw new ModelError('invalid_answer');
  const { incomplete, context, priority } = parsed.data;
  const conditions = incomplete ? [] : conditionsOf(parsed.data);
  if (conditions === null) throw new ModelError('invalid_answer');
  return { conditions, context, priority, incomplete, ...meta };
}

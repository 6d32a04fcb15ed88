import * as z from 'zod';

/**
 * `uncertain`: neither is it 95 % sure that the rule holds, nor that it is broken; the threshold lies inside the 90 % interval
 * of the measured value.
 * `not_applicable`: an object of the condition is not in the image (where it asks for one, that breaks it), or its `when` or
 * context does not hold.
 */
export const VerdictKind = z.enum(['satisfied', 'violated', 'uncertain', 'not_applicable']);
export type VerdictKind = z.infer<typeof VerdictKind>;

/** One condition on one pair (or group) of objects. */
export const Verdict = z.strictObject({
  rule_id: z.string(),
  condition: z.int().nonnegative().describe('index in the rule'),
  /** Absent in analyses that were stored before it was told. */
  operator: z.string().optional(),
  verdict: VerdictKind,
  objects: z.array(z.string()).describe('object ids'),
  measured: z.number().nullable().describe('mm, or a count'),
  required: z.number().nullable(),
  uncertainty: z.number().nullable().describe('half width of the 90 % interval'),
  margin: z.number().nullable().optional().describe('negative: how much is missing'),
  probability: z.number().min(0).max(1).nullable().optional().describe('that it holds'),
  unit: z.enum(['mm', 'count', 'none']),
  reason: z.string().describe('one line'),
});
export type Verdict = z.infer<typeof Verdict>;

/** One thing stands on the other: 0 mm by that, not by measuring. */
export const isStanding = ({ measured, uncertainty, unit }: VerdictNumbers): boolean =>
  unit === 'mm' && measured === 0 && !uncertainty;

/** A verdict as numbers, without its sentence. */
export type VerdictNumbers = Omit<Verdict, 'reason'>;

/** Half width of a two-sided 90 % interval of a normal distribution in standard errors. */
export const Z90 = 1.6449;

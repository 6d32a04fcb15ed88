import * as z from 'zod';

/** How one configured part is: a line of the doctor, and of `/health` for those who may know. */
export const Part = z.strictObject({
  name: z.string(),
  state: z.enum(['ok', 'off', 'failed']).describe('off: not configured, or not there, and nothing is wrong with that'),
  detail: z.string().describe('with what mends it'),
});
export type Part = Readonly<z.infer<typeof Part>>;

import * as z from 'zod';
import type { Compute } from '../../analysis/away/compute.ts';
import type { CallContext } from '../../contract/call-context.ts';
import type { Principal } from '../../contract/principal.ts';
import type { Services } from '../../services.ts';
import { traced } from '../../telemetry/trace/spans.ts';
import { readTraceparent } from '../../telemetry/trace/traceparent.ts';
import { readJob } from './job-input.ts';

/** Whoever may send jobs: they look at photos, and change no rules. Stored rules and calibrations are this machine's own. */
const SENDER: Principal = {
  id: 'local',
  kind: 'local',
  role: 'analyst',
  permissions: ['analysis:read', 'analysis:write', 'rules:read', 'rules:execute'],
};

/** The template of Templated.io that pictures are made with; null: none are made. */
export type Template = string | null;

export type RunJob = (input: unknown, how: Pick<CallContext, 'signal' | 'progress'>) => Promise<unknown>;

/** Of a server of ours that routes analyses here: what an answer follows from, in base64; or who this is. */
const Ours = z.union([z.strictObject({ h200_work: z.base64() }), z.strictObject({ h200_introduce: z.literal(true) })]);

/** One job from its input to the contract's analysis, or to the outcome of work of ours. Throws AppError. */
export function jobRunner(
  analyses: Pick<Services['analyses'], 'analyze'>,
  compute: Compute,
  template: Template,
): RunJob {
  return async (input, how) => {
    const ours = Ours.safeParse(input);
    if (ours.success) return computed(compute, ours.data, how.signal ?? new AbortController().signal);
    const { request, templateId, traceparent } = readJob(input);
    const about = { kind: 'consumer', parent: readTraceparent(traceparent) } as const;
    const analysis = await traced('job', about, () => analyses.analyze({ principal: SENDER, ...how }, request));
    const warning = unused(templateId, template);
    return warning === null ? analysis : { ...analysis, warnings: [...analysis.warnings, warning] };
  };
}

async function computed(compute: Compute, input: z.infer<typeof Ours>, signal: AbortSignal): Promise<unknown> {
  if ('h200_introduce' in input) return JSON.parse(await compute.introduction());
  return JSON.parse(await compute.answer(Buffer.from(input.h200_work, 'base64'), signal));
}

function unused(wanted: string | null, template: Template): string | null {
  if (wanted === null || wanted === template) return null;
  return template === null
    ? 'No picture is made with "template_id": TEMPLATED_API_KEY is unset on this worker.'
    : 'The picture is made with another template than "template_id": TEMPLATED_TEMPLATE_ID of this worker names it.';
}

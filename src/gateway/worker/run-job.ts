import type { Analysis } from '../../contract/analysis.ts';
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

export type RunJob = (input: unknown, how: Pick<CallContext, 'signal' | 'progress'>) => Promise<Analysis>;

/** One job from its input to the contract's analysis. Throws AppError. */
export function jobRunner(analyses: Pick<Services['analyses'], 'analyze'>, template: Template): RunJob {
  return async (input, how) => {
    const { request, templateId, traceparent } = readJob(input);
    const about = { kind: 'consumer', parent: readTraceparent(traceparent) } as const;
    const analysis = await traced('job', about, () => analyses.analyze({ principal: SENDER, ...how }, request));
    const warning = unused(templateId, template);
    return warning === null ? analysis : { ...analysis, warnings: [...analysis.warnings, warning] };
  };
}

function unused(wanted: string | null, template: Template): string | null {
  if (wanted === null || wanted === template) return null;
  return template === null
    ? 'No picture is made with "template_id": TEMPLATED_API_KEY is unset on this worker.'
    : 'The picture is made with another template than "template_id": TEMPLATED_TEMPLATE_ID of this worker names it.';
}

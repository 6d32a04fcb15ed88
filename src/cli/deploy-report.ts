import type { DeployReport, DeployRequest } from '../contract/deployment.ts';
import type { AppError } from '../errors.ts';
import { missingImage } from '../fleet/no-image.ts';
import { oneLine, printableText, quotedText } from '../plain-text.ts';
import { deploymentText, overlapText } from '../presentation/deployment-answer.ts';
import { planText, serverLine } from '../presentation/server-answer.ts';

const HEAD: Readonly<Record<DeployReport['outcome'], string>> = {
  dry_run: 'dry run',
  deployed: 'deployed',
  accepted: 'accepted; it is not known to run yet',
  under_way: 'under way',
  failed: 'failed',
  rolled_back: 'rolled back',
};

/** What is about to be done, before it is. */
export function intentText(planned: DeployReport): string {
  const { replaced, strategy } = planned;
  const first =
    strategy === 'recreate' ? `${replaced?.id} is stopped now, and this one created.` : 'It is created now.';
  const head = replaced === null ? 'to be created' : strategy === 'recreate' ? 'to be made anew' : 'to be replaced';
  return reportText({ ...planned, message: first }, head);
}

/** One deployment for a person. `head`: where its outcome does not say it. */
export function reportText(report: DeployReport, head: string = HEAD[report.outcome]): string {
  const { type, strategy, plan, overlap, deployment, server, replaced, health, message, warnings } = report;
  const lines = [
    `${type}: ${head}${replaced === null ? '' : ` (${strategy}, replaces ${replaced.id})`}`,
    ...(plan === null ? [] : planText(plan).split('\n')),
    ...(overlap === null || replaced === null ? [] : [overlapText(overlap)]),
    ...(health === null
      ? []
      : [`health: ${health.ok ? 'ok' : (health.reason ?? 'not ok')} (${health.url}, ${health.tries} asked)`]),
    ...(server === null ? [] : [serverLine(server)]),
    ...(deployment === null ? [message] : [deploymentText(deployment)]),
    ...warnings.map((warning) => `warning: ${oneLine(warning)}`),
  ];
  return printableText(`${lines.map((line, n) => (n === 0 ? line : `  ${line}`)).join('\n')}\n`);
}

/** The same where nobody can be asked what it costs. */
export function offlineText(
  { type, config = {}, fallback_gpu_types = [], strategy }: DeployRequest,
  image: string | undefined,
): string {
  const gpus = [config.gpu_type ?? 'H200', ...fallback_gpu_types].map((name) => quotedText(name)).join(', then ');
  const workers = type === 'timed' ? '' : `, ${config.min_instances ?? 0} to ${config.max_instances ?? 3} workers of`;
  return printableText(
    [
      `${type}: dry run`,
      `  would be created${workers}: ${config.gpu_count ?? 1} × ${gpus}${strategy === undefined ? '' : `, strategy ${String(strategy)}`}`,
      image === undefined ? `  warning: ${missingImage()}` : `  Image ${quotedText(image, 600)}`,
      '  What it costs is not known: RUNPOD_API_KEY is not set, so the catalog cannot be asked.',
      '',
    ].join('\n'),
  );
}

/** What the provider said belongs to the error, as data. */
export function failedText({ code, message, advice, details, retryAfterS }: AppError): string {
  const says = details.provider_says;
  const lines = [`${code}: ${message}`, advice];
  if (typeof says === 'string') lines.push(`The provider says (data): ${quotedText(says, 500)}`);
  if (Array.isArray(details.tried)) {
    const names = (details.tried as { gpu?: string }[]).flatMap(({ gpu }) => gpu ?? []);
    if (names.length > 0) lines.push(`Tried: ${names.join(', ')}.`);
  }
  if (retryAfterS !== undefined) lines.push(`It may help to try again after ${retryAfterS} s.`);
  if (Array.isArray(details.refused)) {
    for (const one of details.refused.slice(0, 9) as { gpu_type: string; reason: string }[]) {
      lines.push(`- ${one.gpu_type}: ${one.reason}`);
    }
  }
  return printableText(`${lines.join('\n')}\n`);
}

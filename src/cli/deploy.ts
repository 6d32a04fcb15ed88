import { createInterface } from 'node:readline/promises';
import { Argument, Command } from 'commander';
import type { CallContext } from '../contract/call-context.ts';
import type { DeployReport, DeployRequest } from '../contract/deployment.ts';
import { type AppError, toAppError } from '../errors.ts';
import { noImage } from '../fleet/no-image.ts';
import { printableJson } from '../plain-text.ts';
import type { Services } from '../services.ts';
import { call } from './caller.ts';
import { controlCommands, goesOn } from './deploy-control.ts';
import { type DeployFlags, MODES, type Mode, requestOf, typesOf, withServerOptions } from './deploy-options.ts';
import { queryCommands } from './deploy-queries.ts';
import { failedText, intentText, offlineText, reportText } from './deploy-report.ts';
import { rolloutCommands } from './deploy-rollouts.ts';
import { watchCommands } from './deploy-watch.ts';
import { waiting } from './progress-bar.ts';
import { print, tell, tellLine } from './terminal.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { withFleet } from './with-fleet.ts';

export const deployCommand = (done: (status: number) => void) => {
  const command = withServerOptions(new Command('deploy'))
    .description('GPU servers at RunPod: what is deployed, how it is, and what it costs')
    .addArgument(new Argument('[what]', 'what to deploy').choices(MODES))
    .option('--protect', 'neither stopped for being idle nor replaced')
    .option('--no-wait', 'answers once the provider took it')
    .option('--dry-run', 'says what would be done and cost')
    .option('--yes', 'asks nothing')
    .option('--json', 'one JSON document on stdout')
    .enablePositionalOptions()
    .action((what: Mode | undefined, flags: DeployFlags) => deploy(what, flags, done));
  for (const one of [
    ...queryCommands(done),
    ...controlCommands(done),
    ...rolloutCommands(done),
    ...watchCommands(done),
  ])
    command.addCommand(one);
  return command;
};

/** What became of one type. */
export type Deployed = { readonly request: DeployRequest } & (
  | { readonly report: DeployReport; readonly head?: string }
  | { readonly error: AppError }
  /** There is no provider that could be asked. */
  | { readonly offline: true }
);

async function deploy(what: Mode | undefined, flags: DeployFlags, done: (status: number) => void): Promise<void> {
  const types = typesOf(what, flags);
  const configured = process.env.H200_SERVER_IMAGE?.trim() || undefined;
  const requests = types.map((type) => requestOf(type, flags, { both: types.length > 1, configured }));
  const isNamed = flags.image !== undefined || configured !== undefined;
  await withFleet(({ services }) =>
    untilInterrupted(async (signal) => {
      const ctx: CallContext = { ...call, signal };
      const { provider } = await services.fleet.list(ctx);
      const offline = provider.state === 'not_configured';
      const outcomes: Deployed[] = [];
      for (const request of requests) {
        const outcome = offline
          ? { request, offline: true as const }
          : await deployOne(services, ctx, request, { ...flags, isNamed });
        outcomes.push(outcome);
        if (!flags.json)
          print(
            'report' in outcome
              ? reportText(outcome.report, outcome.head)
              : offline
                ? offlineText(request, request.config?.image ?? configured)
                : '',
          );
        if ('error' in outcome) {
          if (!flags.json) tell(failedText(outcome.error));
          // The next one is not begun: whoever asked looks into this one first.
          break;
        }
      }
      if (flags.json) print(`${printableJson(documentOf(outcomes, offline || flags.dryRun === true), 2)}\n`);
      if (offline && !flags.dryRun) {
        tellLine('Nothing was deployed: RUNPOD_API_KEY is not set. With --dry-run this is no failure.');
      }
      done(statusOf(outcomes, offline && !flags.dryRun));
    }),
  );
}

async function deployOne(
  services: Services,
  ctx: CallContext,
  request: DeployRequest,
  { dryRun = false, yes = false, json = false, isNamed }: DeployFlags & { readonly isNamed: boolean },
): Promise<Deployed> {
  try {
    const planned = await services.deployments.deploy(ctx, { ...request, dry_run: true });
    if (dryRun) return { request, report: planned };
    if (!isNamed) throw noImage();
    // The price stands there before anything is created; on a terminal somebody says yes to it.
    if (!json) tell(intentText(planned));
    if (!yes && !json && !(await agreed(ctx.signal))) {
      return { request, report: { ...planned, message: 'Nothing was done: nobody said yes.' }, head: 'not deployed' };
    }
    const progress = waiting(!json);
    let last = '';
    const say = (message: string) => {
      if (message !== last) progress.say(message);
      last = message;
    };
    try {
      const report = await services.deployments.deploy(
        { ...ctx, progress: (_done, _total, message) => say(message) },
        { ...request, max_price: dearest(planned) ?? request.max_price ?? null },
        // Where nobody else would end the old server, this waits for that.
        { untilOver: ({ attended }) => !attended, limitMs: null },
      );
      return { request, report: ctx.signal?.aborted === true ? interrupted(report) : report };
    } finally {
      progress.stop();
    }
  } catch (thrown) {
    return { request, error: toAppError(thrown) };
  }
}

/** Whoever pressed Ctrl-C is told what goes on, and what ends it. */
function interrupted(report: DeployReport): DeployReport {
  const { server, outcome, deployment } = report;
  if (deployment !== null && deployment.outcome === null) {
    const words = `It was interrupted; the deployment goes on while serve or stdio runs: "h200-mug deploy status" shows it, "h200-mug deploy rollback ${deployment.id}" goes back.`;
    return { ...report, warnings: [...report.warnings, words] };
  }
  if (server === null || outcome === 'rolled_back') return report;
  return { ...report, message: `${report.message} ${goesOn(server)}` };
}

/** Nothing dearer than what was shown. */
function dearest({ plan }: DeployReport): number | null {
  const prices = (plan?.candidates ?? []).map(({ price_per_hour }) => price_per_hour);
  return prices.length === 0 || prices.includes(null) ? null : Math.max(...(prices as number[]));
}

/** Where nobody sits at a terminal, the command itself is the yes. */
async function agreed(signal: AbortSignal | undefined): Promise<boolean> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return true;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question('Do it? [y/N] ', signal === undefined ? {} : { signal });
    return /^\s*(y|yes)\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}

const documentOf = (outcomes: readonly Deployed[], dry_run: boolean) => ({
  dry_run,
  deployments: outcomes.map((one) => {
    if ('report' in one) return one.report;
    const { type, config = {}, ...rest } = one.request;
    if ('error' in one) return { type, error: one.error };
    // Values of the environment are shown nowhere.
    return { type, ...rest, config: { ...config, env: Object.keys(config.env ?? {}) }, plan: null, reason: NO_KEY };
  }),
});

const NO_KEY = 'RUNPOD_API_KEY is not set: prices and what is to be had are not known';

function statusOf(outcomes: readonly Deployed[], without: boolean): number {
  const failed = outcomes.map((one) => {
    if ('error' in one) return one.error.http >= 500 ? 1 : 2;
    if ('report' in one) return one.report.outcome === 'failed' || one.report.outcome === 'rolled_back' ? 1 : 0;
    return 0;
  });
  return Math.max(without ? 2 : 0, ...failed);
}

import { type Command, InvalidArgumentError, Option } from 'commander';
import { CANARY, DeployRequest, HealthPath, KEEP_S, STRATEGIES, type Strategy } from '../contract/deployment.ts';
import { isOneLine } from '../contract/one-line.ts';
import { ServerId, type ServerType } from '../contract/server.ts';
import { checked } from './checked-options.ts';
import { UsageError } from './usage-error.ts';

/** What the manual calls what is deployed. */
export const MODES = ['both', 'serverless', 'timed'] as const;
export type Mode = (typeof MODES)[number];

export interface DeployFlags {
  mode?: Mode;
  gpuType?: string;
  gpuCount?: number;
  idleTimeout?: number;
  strategy?: Strategy;
  canaryPercent?: number;
  canaryDuration?: number;
  keep?: number;
  traffic?: number;
  replaces?: string;
  healthCheckUrl?: string;
  environment?: string;
  minWorkers?: number;
  maxWorkers?: number;
  image?: string;
  tag?: string;
  maxPrice?: number;
  queue?: boolean;
  protect?: boolean;
  wait: boolean;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** What says what a server is to be like; the same for a deployment and its check. */
export const withServerOptions = (command: Command): Command =>
  command
    .addOption(new Option('--mode <mode>', 'the same as the argument').choices(MODES))
    .option('--gpu-type <names>', 'GPU, or several with commas: tried in this order (H200,H100)')
    .option('--gpu-count <n>', 'GPUs of each', whole(1, 8))
    .option('--idle-timeout <seconds>', 'stopped after so long without a request', whole(60, 86_400))
    .addOption(
      new Option('--strategy <name>', `how one that is there is replaced: ${STRATEGIES.join(', ')}`).argParser(
        strategy,
      ),
    )
    .option('--replaces <server>', 'which one, where there are several of the type', serverId)
    .option('--canary-percent <n>', `of "canary": its first share; else ${CANARY.percent}`, whole(1, 99))
    .option(
      '--canary-duration <seconds>',
      `of "canary": until it has everything; else ${CANARY.durationS}`,
      whole(1, 604_800),
    )
    .option('--keep <seconds>', `the old one is kept so long for a rollback; else ${KEEP_S}`, whole(0, 86_400))
    .option('--traffic <percent>', 'of the analyses, of a first server; else what the old one has', whole(0, 100))
    .option('--health-check-url <url>', 'asked until it answers 200: a path of the server (/health), or an address')
    .addOption(
      new Option('--environment <name>', 'NODE_ENV of the server').choices(['production', 'staging', 'development']),
    )
    .option('--min-workers <n>', 'serverless: these run, and cost, all the time', whole(0, 10))
    .option('--max-workers <n>', 'serverless', whole(1, 10))
    .option('--image <name>', 'container image; else the configured one')
    .option('--tag <tag>', 'tag of the image', tag)
    .option('--queue', 'serverless: jobs in a queue instead of HTTP through a load balancer')
    .option(
      '--max-price <usd>',
      'US dollars an hour for one server (serverless: for one worker); nothing dearer is created',
      price,
    );

export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`must be a whole number, ${least} to ${most}`);
  };
}

function serverId(text: string): string {
  if (ServerId.safeParse(text).success) return text;
  throw new InvalidArgumentError('must be an id (srv_…)');
}

function price(text: string): number {
  const value = Number(text.replace(/^\$/, ''));
  if (/^\$?\d{1,4}(\.\d{1,4})?$/.test(text) && value > 0 && value <= 1000) return value;
  throw new InvalidArgumentError('must be US dollars, such as 3.99');
}

function strategy(text: string): Strategy {
  const name = text.trim().toLowerCase().replaceAll('_', '-');
  const found = STRATEGIES.find((one) => one === name);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`must be one of ${STRATEGIES.join(', ')}`);
}

function tag(text: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(text)) return text;
  throw new InvalidArgumentError('must be a tag of a container image');
}

/** The types that are meant. Throws UsageError where nothing, or two things, are. */
export function typesOf(argument: Mode | undefined, { mode }: Pick<DeployFlags, 'mode'>): readonly ServerType[] {
  if (argument !== undefined && mode !== undefined && argument !== mode) {
    throw new UsageError('deploy', [`--mode says "${mode}", the argument "${argument}"`]);
  }
  const meant = argument ?? mode;
  if (meant === undefined) throw new UsageError('deploy', ['Say what to deploy: both, serverless or timed']);
  return meant === 'both' ? ['serverless', 'timed'] : [meant];
}

/**
 * What is wanted of one type. Throws UsageError for what belongs to another type or strategy, VALIDATION_002 for values that no door
 * takes. `configured` is the image.
 */
export function requestOf(
  type: ServerType,
  flags: DeployFlags,
  { both, configured }: { readonly both: boolean; readonly configured: string | undefined },
): DeployRequest {
  const problems: string[] = [];
  const workers = flags.minWorkers !== undefined || flags.maxWorkers !== undefined;
  if (type === 'timed' && !both && workers)
    problems.push('--min-workers, --max-workers: only serverless servers have workers');
  if (type === 'timed' && !both && flags.queue) problems.push('--queue: only serverless servers have one');
  if (flags.strategy !== 'canary') {
    if (flags.canaryPercent !== undefined) problems.push('--canary-percent: belongs to --strategy canary');
    if (flags.canaryDuration !== undefined) problems.push('--canary-duration: belongs to --strategy canary');
  }
  if (flags.strategy === undefined) {
    if (flags.replaces !== undefined) problems.push('--replaces: needs a --strategy');
    if (flags.keep !== undefined && !flags.traffic) problems.push('--keep: needs a --strategy');
  }
  if (flags.replaces !== undefined && both) problems.push('--replaces: name one type, not both');
  if (flags.minWorkers !== undefined && flags.maxWorkers !== undefined && flags.minWorkers > flags.maxWorkers) {
    problems.push('--min-workers: is more than --max-workers');
  }
  const url = flags.healthCheckUrl;
  if (url !== undefined && !isHealthUrl(url)) {
    problems.push('--health-check-url: must be a path (/health) or an http or https address');
  }
  const image = imageOf(flags, configured);
  if (problems.length > 0) throw new UsageError('deploy', problems);
  const [gpu, ...fallbacks] = (flags.gpuType ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const serverless = type === 'serverless';
  const wanted = {
    type,
    config: {
      ...(gpu !== undefined && { gpu_type: gpu }),
      ...(flags.gpuCount !== undefined && { gpu_count: flags.gpuCount }),
      ...(flags.idleTimeout !== undefined && { idle_timeout_seconds: flags.idleTimeout }),
      ...(serverless && flags.minWorkers !== undefined && { min_instances: flags.minWorkers }),
      ...(serverless && flags.maxWorkers !== undefined && { max_instances: flags.maxWorkers }),
      ...(image !== undefined && { image }),
      ...(flags.environment !== undefined && { env: { NODE_ENV: flags.environment } }),
    },
    fallback_gpu_types: fallbacks,
    max_price: flags.maxPrice ?? null,
    ...(serverless && flags.queue && { serving: 'queue' as const }),
    protected: flags.protect ?? false,
    wait_for_completion: flags.wait,
    ...(flags.strategy !== undefined && { strategy: flags.strategy }),
    ...(flags.replaces !== undefined && { replaces: flags.replaces }),
    ...(flags.traffic !== undefined && { traffic: flags.traffic }),
    ...(flags.canaryPercent !== undefined && { canary_percent: flags.canaryPercent }),
    ...(flags.canaryDuration !== undefined && { canary_duration: flags.canaryDuration }),
    ...(flags.keep !== undefined && { keep_seconds: flags.keep }),
  };
  return { ...checked(Wanted, wanted), ...(url !== undefined && { health_check: url }) };
}

/** Whoever sits here may have any address asked, not only a path of the server. */
const Wanted = DeployRequest.omit({ health_check: true });
const MAX_ADDRESS = 2000;

function isHealthUrl(text: string): boolean {
  if (HealthPath.safeParse(text).success) return true;
  return text.length <= MAX_ADDRESS && isOneLine(text) && URL.canParse(text) && /^https?:/i.test(text);
}

/** `registry.example:5000/name:old` with another tag; undefined: the configured one as it is. */
function imageOf({ image, tag: wanted }: DeployFlags, configured: string | undefined): string | undefined {
  const base = image ?? configured;
  // A tag of no image: that none is named is said where it is deployed, or planned.
  if (wanted === undefined || base === undefined) return image;
  return `${base.replace(/@sha256:[0-9a-f]+$/, '').replace(/:[^:/]+$/, '')}:${wanted}`;
}

export function timeOf(text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('must be a time, such as 2026-11-28T10:00Z');
  return at.toISOString();
}

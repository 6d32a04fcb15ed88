import { Argument, Command, Option } from 'commander';
import type { DeployReport } from '../contract/deployment.ts';
import {
  CostRequest,
  OffersRequest,
  SERVER_TYPES,
  type ServerList,
  type ServerOffer,
  type ServerType,
} from '../contract/server.ts';
import { priceSource } from '../contract/server-plan.ts';
import { toAppError } from '../errors.ts';
import { missingImage } from '../fleet/no-image.ts';
import { oneLine, printableJson, quotedText } from '../plain-text.ts';
import { deploymentText, isUnderWay } from '../presentation/deployment-answer.ts';
import { usd } from '../presentation/money.ts';
import { routingText } from '../presentation/routing-answer.ts';
import { costText, planText, serversText } from '../presentation/server-answer.ts';
import type { Services } from '../services.ts';
import { call } from './caller.ts';
import type { Check } from './check.ts';
import { checked } from './checked-options.ts';
import {
  type DeployFlags,
  MODES,
  type Mode,
  requestOf,
  timeOf,
  typesOf,
  whole,
  withServerOptions,
} from './deploy-options.ts';
import { failedText } from './deploy-report.ts';
import { oneDeployment, waited } from './deploy-rollouts.ts';
import { routeCommand } from './deploy-route.ts';
import { print, tell } from './terminal.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { UsageError } from './usage-error.ts';
import { withFleet } from './with-fleet.ts';

type Done = (status: number) => void;

export const queryCommands = (done: Done) => [
  statusCommand(),
  routeCommand(),
  gpusCommand(),
  costCommand(),
  validateCommand(done),
  modelsCommand(done),
];

const statusCommand = () =>
  new Command('status')
    .description('the servers, the provider, what runs there that was not made here, and deployments that go on')
    .addArgument(oneDeployment())
    .option('--wait', 'until it is over; it is driven from here where no other program does')
    .option('--json', 'one JSON document on stdout')
    .action((id: string | undefined, { wait, json }: { wait?: boolean; json?: boolean }) =>
      withFleet(({ services }) =>
        untilInterrupted(async (signal) => {
          if (id === undefined && wait) throw new UsageError('deploy status', ['--wait: name a deployment']);
          if (id !== undefined) {
            const found = await services.deployments.get(call, id);
            const one = wait ? await waited(services, { ...call, signal }, found, json) : found;
            const notes = one.notes.map(({ at, text }) => `  ${at} ${quotedText(text, 300)}`);
            return print(json ? `${printableJson(one, 2)}\n` : `${[deploymentText(one), ...notes].join('\n')}\n`);
          }
          const [list, routing, all] = await Promise.all([
            services.fleet.list(call),
            services.routing.show(call),
            services.deployments.list(call),
          ]);
          const deployments = all.filter(isUnderWay);
          const lines = deployments.map((one) => `- ${deploymentText(one)}`);
          const text = [serversText(list), ...lines, routingText(routing)].join('\n');
          print(json ? `${printableJson({ ...list, routing, deployments }, 2)}\n` : `${text}\n`);
        }),
      ),
    );

interface GpuFlags {
  type?: ServerType;
  gpuType?: string;
  gpuCount?: number;
  json?: boolean;
}

const gpusCommand = () =>
  new Command('list-gpus')
    .description('GPUs that can be rented now with their price, cheapest first')
    .addOption(new Option('--type <type>', 'of these servers alone').choices(SERVER_TYPES))
    .option('--gpu-type <name>', 'short name (H200) or id')
    .option('--gpu-count <n>', 'price of so many together', whole(1, 8))
    .option('--json', 'one JSON document on stdout')
    .action(({ type, gpuType, gpuCount, json }: GpuFlags) =>
      withFleet(async ({ services }) => {
        const types = type === undefined ? SERVER_TYPES : [type];
        const read_at = new Date().toISOString();
        const offers: { type: ServerType; gpus: readonly ServerOffer[] }[] = [];
        for (const one of types) {
          const request = { type: one, gpu_count: gpuCount ?? 1, max_price: null };
          const asked = checked(OffersRequest, { ...request, ...(gpuType !== undefined && { gpu_type: gpuType }) });
          const gpus = await services.fleet.offers(call, asked as OffersRequest);
          offers.push({ type: one, gpus });
        }
        const source = priceSource((await services.fleet.list(call)).provider);
        if (json) return print(`${printableJson({ source, read_at, offers }, 2)}\n`);
        for (const { type: one, gpus } of offers) {
          print(
            `${one}, an hour ${one === 'timed' ? 'while it runs' : 'for each worker while it works'} (${source}, ${read_at}):\n`,
          );
          print(gpus.length === 0 ? '  none\n' : gpus.map((gpu) => `${oneLine(offerLine(gpu))}\n`).join(''));
        }
      }),
    );

const offerLine = ({ short_name, name, memory_gb, gpu_count, price_per_hour: price, availability }: ServerOffer) =>
  [
    `  ${short_name.padEnd(14)}`,
    `${gpu_count} × ${memory_gb} GB`.padEnd(12),
    (price === null ? 'unknown' : usd(price)).padStart(9),
    ` ${(availability ?? 'not told').padEnd(9)}`,
    name,
  ].join(' ');

const costCommand = () =>
  new Command('cost')
    .description('what the servers cost, what idle shutdown saved, and a projection')
    .option('--since <time>', 'ISO 8601, UTC; else the last 30 days', timeOf)
    .option('--json', 'one JSON document on stdout')
    .action(({ since, json }: { since?: string; json?: boolean }) =>
      withFleet(async ({ services }) => {
        const report = await services.fleet.cost(call, checked(CostRequest, since === undefined ? {} : { since }));
        print(json ? `${printableJson(report, 2)}\n` : `${costText(report)}\n`);
      }),
    );

const validateCommand = (done: Done) =>
  withServerOptions(new Command('validate'))
    .description('checks what a deployment needs, and deploys nothing; exit 1 when something is missing')
    .addArgument(new Argument('[what]', 'what would be deployed').choices(MODES))
    .option('--json', 'one JSON document on stdout')
    .action((what: Mode | undefined, flags: DeployFlags) =>
      withFleet(async ({ services }) => {
        const types = typesOf(what ?? flags.mode ?? 'both', flags);
        const configured = process.env.H200_SERVER_IMAGE?.trim() || undefined;
        const both = types.length > 1;
        const isNamed = flags.image !== undefined || configured !== undefined;
        const requests = types.map((type) => requestOf(type, { ...flags, wait: true }, { both, configured }));
        const provider = await asked(services);
        const checks: Check[] = [providerCheck(provider)];
        if (!isNamed && checks[0]?.state !== 'ok') {
          checks.push({ name: 'image', state: 'failed', detail: missingImage() });
        }
        for (const request of checks[0]?.state === 'ok' ? requests : []) {
          checks.push(
            await deployCheck(request.type, isNamed, () =>
              services.deployments.deploy(call, { ...request, dry_run: true }),
            ),
          );
        }
        const text = checks.map(({ name, state, detail }) =>
          oneLine(`${state.padEnd(6)}  ${name.padEnd(12)} ${detail}`),
        );
        print(flags.json ? `${printableJson(checks, 2)}\n` : `${text.join('\n')}\n`);
        if (checks.some(({ state }) => state === 'failed')) done(1);
      }),
    );

/** As it is now: what another process saw half a minute ago may have been seen with another key. */
async function asked({ fleet }: Services): Promise<ServerList['provider']> {
  const { provider } = await fleet.list(call);
  if (provider.state !== 'ok') return provider;
  try {
    await fleet.offers(call, { type: 'timed', gpu_count: 1, max_price: null });
    return provider;
  } catch (thrown) {
    const { code, message, advice } = toAppError(thrown);
    return { ...provider, state: code === 'SERVER_003' ? 'refused' : 'unreachable', reason: `${message} ${advice}` };
  }
}

function providerCheck({ state, reason, simulated }: ServerList['provider']): Check {
  const detail = simulated ? 'a simulated RunPod answers, and takes the key' : 'RunPod answers, and takes the key';
  if (state === 'ok') return { name: 'provider', state: 'ok', detail };
  return { name: 'provider', state: 'failed', detail: reason ?? state };
}

async function deployCheck(
  name: string,
  isNamed: boolean,
  plan: () => Promise<Pick<DeployReport, 'plan' | 'warnings'>>,
): Promise<Check> {
  try {
    const { plan: found, warnings } = await plan();
    const detail = [...warnings, found === null ? '' : planText(found)].join(' ').replaceAll('\n', ' ');
    const isToBeHad = found === null || found.candidates.some(({ availability }) => availability !== 'none');
    return { name, state: isNamed && isToBeHad ? 'ok' : 'failed', detail };
  } catch (thrown) {
    return { name, state: 'failed', detail: failedText(toAppError(thrown)).trim().replaceAll('\n', ' ') };
  }
}

/** The models of a server are fetched and checked as here. */
const modelsCommand = (done: Done) =>
  new Command('models')
    .description('the same as "h200-mug models": preload fetches, --verify-only checks')
    .addArgument(new Argument('[what]', 'preload: fetch the best that needs no licence notice').choices(['preload']))
    .option('--verify-only', 'compare the files with the manifest')
    .action(async (what: string | undefined, { verifyOnly }: { verifyOnly?: boolean }) => {
      const { modelsCommand: models } = await import('./models.ts');
      if (verifyOnly === undefined && what === undefined) tell('Say "preload", or --verify-only; this lists them.\n');
      const words = verifyOnly ? ['verify'] : what === 'preload' ? ['fetch'] : ['list'];
      await models(done).parseAsync(words, { from: 'user' });
    });

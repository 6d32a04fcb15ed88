import { Argument, Command, InvalidArgumentError } from 'commander';
import type { CallContext } from '../contract/call-context.ts';
import { type Deployment, DeploymentId } from '../contract/deployment.ts';
import { SERVER_TYPES, type ServerType } from '../contract/server.ts';
import { AppError } from '../errors.ts';
import { printableJson } from '../plain-text.ts';
import { deploymentText, isUnderWay } from '../presentation/deployment-answer.ts';
import type { Services } from '../services.ts';
import { call } from './caller.ts';
import { waiting } from './progress-bar.ts';
import { print } from './terminal.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { withFleet } from './with-fleet.ts';

type Done = (status: number) => void;

export const rolloutCommands = (done: Done) => [
  byHand('rollback', 'goes back to the old server, as long as it is there', 'rolled_back', done),
  byHand('promote', 'gives everything to the new server now; where it has that, ends the old one', 'deployed', done),
];

export const deploymentArgument = () =>
  new Argument('[deployment]', 'id (dep_…), or the type; else the only one that goes on').argParser((text: string) => {
    if (DeploymentId.safeParse(text).success || isType(text)) return text;
    throw new InvalidArgumentError('must be an id (dep_…), "serverless" or "timed"');
  });

export const oneDeployment = () =>
  new Argument('[deployment]', 'id (dep_…) of one deployment').argParser((text: string) => {
    if (DeploymentId.safeParse(text).success) return text;
    throw new InvalidArgumentError('must be an id (dep_…)');
  });

interface Flags {
  wait: boolean;
  json?: boolean;
}

const byHand = (name: 'rollback' | 'promote', words: string, wanted: Deployment['outcome'], done: Done) =>
  new Command(name)
    .description(words)
    .addArgument(deploymentArgument())
    .option('--no-wait', 'answers at once')
    .option('--json', 'one JSON document on stdout')
    .action((target: string | undefined, { wait, json }: Flags) =>
      withFleet(({ services }) =>
        untilInterrupted(async (signal) => {
          const ctx = { ...call, signal };
          const { deployments } = services;
          const { id } = await theOne(services, ctx, target);
          const begun = await (name === 'promote' ? deployments.promote(ctx, id) : deployments.rollBack(ctx, id));
          const ended = wait ? await waited(services, ctx, begun, json) : begun;
          print(json ? `${printableJson(ended, 2)}\n` : `${deploymentText(ended)}\n`);
          if (ended.outcome !== null && ended.outcome !== wanted) done(1);
        }),
      ),
    );

/** Until it is over; here it is driven where no other program does. */
export async function waited(services: Services, ctx: CallContext, { id }: Deployment, json = false) {
  const progress = waiting(!json);
  let last = '';
  const say = (message: string) => {
    if (message !== last) progress.say(message);
    last = message;
  };
  try {
    return await services.deployments.wait(
      { ...ctx, progress: (_done, _total, message) => say(message) },
      ...([id, (one: Deployment) => !isUnderWay(one), null] as const),
    );
  } finally {
    progress.stop();
  }
}

/** The one that is meant; of a type or of all, the one that goes on, else the newest. */
async function theOne({ deployments }: Services, ctx: CallContext, target: string | undefined): Promise<Deployment> {
  if (target !== undefined && !isType(target)) return deployments.get(ctx, target);
  const all = (await deployments.list(ctx)).filter(({ type }) => target === undefined || type === target);
  const open = all.filter(isUnderWay);
  if (open.length > 1) {
    throw new AppError('VALIDATION_002', {
      message: `${open.length} deployments go on.`,
      advice: 'Name one by its id.',
      details: { field: 'deployment', deployment_ids: open.map(({ id }) => id) },
    });
  }
  const found = open[0] ?? all[0];
  if (found !== undefined) return found;
  throw new AppError('SERVER_001', {
    message: 'There is no deployment that replaced a server.',
    advice: 'Only "deploy" with a --strategy makes one.',
  });
}

const isType = (text: string): text is ServerType => (SERVER_TYPES as readonly string[]).includes(text);

import { Argument, Command, InvalidArgumentError } from 'commander';
import { type ServerInfo, ServerTarget } from '../contract/server.ts';
import type { Wish } from '../fleet/spending.ts';
import { printableJson } from '../plain-text.ts';
import { controlText, planText, serverLine } from '../presentation/server-answer.ts';
import { call } from './caller.ts';
import { whole } from './deploy-options.ts';
import { waiting } from './progress-bar.ts';
import { print, tell } from './terminal.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { withFleet } from './with-fleet.ts';

type Done = (status: number) => void;

export const controlCommands = (done: Done) => [
  actionCommand('start', 'starts one that was stopped', done),
  actionCommand('stop', 'stops one: it costs nothing more but its disk', done),
  actionCommand('restart', 'restarts one', done),
  actionCommand('scale', 'sets the workers of a serverless one', done)
    .option('--min-workers <n>', 'these run, and cost, all the time', whole(0, 10))
    .option('--max-workers <n>', 'at most so many', whole(1, 10)),
  actionCommand('terminate', 'ends one for good', done),
  protectionCommand('protect', 'neither stopped for being idle nor stopped, replaced or terminated by hand'),
  protectionCommand('unprotect', 'takes that off'),
];

/** An id, or a type where there is one of it. */
export const serverArgument = () =>
  new Argument('<server>', 'id (srv_…), or the type where there is one of it').argParser((text: string) => {
    const read = ServerTarget.safeParse(text);
    if (read.success) return read.data;
    throw new InvalidArgumentError('must be an id (srv_…), "serverless" or "timed"');
  });

/** Of one that was to run when the command was interrupted. */
export const goesOn = ({ id }: Pick<ServerInfo, 'id'>) =>
  `It was interrupted; the server goes on and costs money: "h200-mug deploy terminate ${id} --force" ends it.`;

interface ControlFlags {
  force?: boolean;
  wait: boolean;
  minWorkers?: number;
  maxWorkers?: number;
  maxPrice?: number;
  json?: boolean;
}

const actionCommand = (action: Wish['action'] | 'terminate', words: string, done: Done) =>
  new Command(action)
    .description(words)
    .addArgument(serverArgument())
    .option('--force', 'also while it is used')
    .option('--no-wait', 'answers once the provider took it')
    .option('--json', 'one JSON document on stdout')
    .action((target: ServerTarget, { force = false, wait, minWorkers, maxWorkers, json }: ControlFlags) =>
      withFleet(({ services }) =>
        untilInterrupted(async (signal) => {
          const ctx = { ...call, signal };
          const progress = waiting(!json);
          const ended = action === 'terminate';
          const wish: Wish | null = ended
            ? null
            : {
                ...{ action, target, force, wait },
                ...(minWorkers !== undefined && { min_instances: minWorkers }),
                ...(maxWorkers !== undefined && { max_instances: maxWorkers }),
              };
          // Here only what is there is started: "deploy" creates.
          const server = await services.fleet.get(ctx, target);
          const considered = wish === null ? null : await services.deployments.consider(ctx, wish);
          if (considered?.plan && !json) tell(`${planText(considered.plan)}\n`);
          progress.say(`${action} ${server.id}`);
          try {
            const answer =
              wish === null || considered === null
                ? await services.fleet.control(ctx, server.id, {
                    action: 'terminate',
                    force,
                    wait_for_completion: wait,
                  })
                : await services.deployments.carryOut(ctx, wish, considered);
            progress.stop();
            const plan = considered?.plan ?? null;
            const runsOn = signal.aborted && RUNS.has(action);
            const told = runsOn ? { ...answer, message: `${answer.message} ${goesOn(answer.server)}` } : answer;
            print(json ? `${printableJson({ ...told, plan }, 2)}\n` : `${controlText(told)}\n`);
            if (!answer.success) done(1);
          } finally {
            progress.stop();
          }
        }),
      ),
    );

/** Those after which it costs money. */
const RUNS: ReadonlySet<string> = new Set(['start', 'restart']);

const protectionCommand = (name: 'protect' | 'unprotect', words: string) =>
  new Command(name)
    .description(words)
    .addArgument(serverArgument())
    .option('--json', 'one JSON document on stdout')
    .action((target: ServerTarget, { json }: { json?: boolean }) =>
      withFleet(async ({ services }) => {
        // A type means the only one of it here, not all.
        const { id } = await services.fleet.get(call, target);
        const { servers } = await services.fleet.configure(call, id, { protected: name === 'protect' });
        print(json ? `${printableJson(servers[0] ?? null, 2)}\n` : `${servers.map(serverLine).join('\n')}\n`);
      }),
    );

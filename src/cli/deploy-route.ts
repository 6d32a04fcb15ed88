import { Argument, Command, InvalidArgumentError } from 'commander';
import { SetRouting } from '../contract/routing.ts';
import { printableJson } from '../plain-text.ts';
import { routingText } from '../presentation/routing-answer.ts';
import { call } from './caller.ts';
import { checked } from './checked-options.ts';
import { print } from './terminal.ts';
import { withFleet } from './with-fleet.ts';

const PART = /^(here|queue|srv_[A-Za-z0-9_-]{1,40})=(\d{1,3})%?$/;

/** "here=90 srv_1=10", each once. */
function weightsOf(text: string, before: Readonly<Record<string, number>> = {}): Record<string, number> {
  const [, id = '', weight] = PART.exec(text) ?? [];
  if (weight === undefined) throw new InvalidArgumentError('must look like here=90 or srv_…=10');
  if (id in before) throw new InvalidArgumentError(`names ${id} twice`);
  return { ...before, [id]: Number(weight) };
}

export const routeCommand = () =>
  new Command('route')
    .description('where analyses are computed; with shares, sends them there from now on')
    .addArgument(
      new Argument('[shares...]', 'percent by "here", "queue" or the id of a server: here=90 srv_…=10').argParser(
        weightsOf,
      ),
    )
    .option('--force', 'also while a rollout sets them')
    .option('--json', 'one JSON document on stdout')
    .action(
      (weights: Record<string, number> | undefined, { force = false, json }: { force?: boolean; json?: boolean }) =>
        withFleet(async ({ services }) => {
          const report =
            weights === undefined || Object.keys(weights).length === 0
              ? await services.routing.show(call)
              : await services.routing.set(call, checked(SetRouting, { weights, force }) as SetRouting);
          print(json ? `${printableJson(report, 2)}\n` : `${routingText(report)}\n`);
        }),
    );

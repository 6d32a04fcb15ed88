import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import {
  LOG_LEVELS,
  LogsRequest,
  type LogsRequestInput,
  type ServerLogLine,
  type ServerTarget,
} from '../contract/server.ts';
import { oneLine, printableJson } from '../plain-text.ts';
import { costText, serversText } from '../presentation/server-answer.ts';
import { call } from './caller.ts';
import { checked } from './checked-options.ts';
import { serverArgument } from './deploy-control.ts';
import { timeOf, whole } from './deploy-options.ts';
import { print } from './terminal.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { withFleet } from './with-fleet.ts';

type Done = (status: number) => void;
export const watchCommands = (_done: Done) => [monitorCommand(), logsCommand()];

const monitorCommand = () =>
  new Command('monitor')
    .description('the servers and their cost, looked at again and again until Ctrl-C')
    .option('--interval <seconds>', 'between two looks', whole(1, 3600), 10)
    .option('--count <n>', 'so many looks', whole(1, 100_000))
    .option('--json', 'one JSON document on a line for each look')
    .action(({ interval, count, json }: { interval: number; count?: number; json?: boolean }) =>
      withFleet(({ services }) =>
        untilInterrupted(async (signal) => {
          for (let look = 1; ; look += 1) {
            const at = new Date().toISOString();
            const list = await services.fleet.list(call);
            const cost = list.provider.state === 'not_configured' ? null : await services.fleet.cost(call);
            print(
              json
                ? `${printableJson({ at, ...list, cost })}\n`
                : `${at}\n${serversText(list)}\n${cost === null ? '' : `${costText(cost)}\n`}\n`,
            );
            if (look === count || signal.aborted) return;
            await sleep(interval * 1000, undefined, { signal }).catch(() => undefined);
            if (signal.aborted) return;
          }
        }),
      ),
    );

interface LogFlags {
  follow?: boolean;
  lines: number;
  since?: string;
  level?: (typeof LOG_LEVELS)[number];
  search?: string;
  source?: 'container' | 'system';
  json?: boolean;
}

const logsCommand = () =>
  new Command('logs')
    .description('what a server writes')
    .addArgument(serverArgument())
    .option('--follow', 'also what it writes from now on, until Ctrl-C')
    .option('--lines <n>', 'the last ones', whole(1, 10_000), 100)
    .option('--since <time>', 'ISO 8601, UTC', timeOf)
    .addOption(new Option('--level <level>', 'at least').choices(LOG_LEVELS))
    .option('--search <text>', 'lines that contain it')
    .addOption(new Option('--source <source>', 'who wrote them').choices(['container', 'system']))
    .option('--json', 'one JSON document on stdout; with --follow one on each line')
    .action((target: ServerTarget, { follow, json, ...rest }: LogFlags) =>
      withFleet(({ services }) =>
        untilInterrupted(async (signal) => {
          const { lines, level, search, source, since } = rest;
          const request: LogsRequestInput = checked(LogsRequest, {
            lines,
            ...(level !== undefined && { level }),
            ...(search !== undefined && { search }),
            ...(source !== undefined && { source }),
            ...(since !== undefined && { since }),
          });
          const ctx = { ...call, signal };
          if (follow) {
            for await (const line of services.fleet.follow(ctx, target, request)) {
              print(json ? `${printableJson(line)}\n` : `${lineText(line)}\n`);
            }
            return;
          }
          const found = await services.fleet.logs(ctx, target, request);
          print(json ? `${printableJson(found, 2)}\n` : found.lines.map((line) => `${lineText(line)}\n`).join(''));
        }),
      ),
    );

/** Whatever a container wrote is one line that a terminal only shows. */
const lineText = ({ at, source, text }: ServerLogLine) => oneLine(`${at} ${source} ${text}`);

import { demand } from '../access/can.ts';
import type { CallContext } from '../contract/call-context.ts';
import { LogsRequest, type ServerTarget } from '../contract/server.ts';
import { AppError } from '../errors.ts';
import type { CloudServer } from '../ports/gpu-cloud.ts';
import type { KnownServers } from './known-servers.ts';
import { fits, lastLines, shownLine, tailOf } from './logs.ts';
import type { Operator, OperatorParts } from './operator.ts';
import type { ServerRecord } from './record.ts';
import { withoutTokens } from './server-token.ts';
import type { FleetService } from './service.ts';

export interface LogsParts extends Pick<OperatorParts, 'cloud' | 'closing' | 'secret'> {
  readonly operator: Operator;
  readonly known: KnownServers;
}

/** What servers write, as the provider keeps it. */
export function serverLogs({
  cloud,
  closing,
  secret,
  operator,
  known,
}: LogsParts): Pick<FleetService, 'logs' | 'follow'> {
  async function open(ctx: CallContext, target: ServerTarget, request: LogsRequest) {
    const record = await known.one(target);
    const { id, type, provider_id } = record;
    const server = provider_id === null ? null : await operator.ask((signal) => cloud.get(type, provider_id, signal));
    if (server === null) throw none(id);
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, closing, ...(ctx.signal ? [ctx.signal] : [])]);
    return { id, stop, signal, stream: linesOf(record, server, request, signal) };
  }

  /** Who may read them is not told what opens the server. */
  async function* linesOf(record: ServerRecord, server: CloudServer, request: LogsRequest, signal: AbortSignal) {
    const from = { after: request.after ?? null, tail: tailOf(request) };
    for await (const line of cloud.logs(server, from, signal)) {
      yield { ...line, text: withoutTokens(line.text, secret(), record) };
    }
  }

  return {
    async logs(ctx, target, given = {}) {
      demand(ctx.principal, 'servers:read');
      const request = LogsRequest.parse(given);
      const { id, stop, stream } = await open(ctx, target, request);
      try {
        return { server_id: id, ...(await lastLines(stream, request)) };
      } finally {
        stop.abort();
      }
    },
    async *follow(ctx, target, given = {}) {
      demand(ctx.principal, 'servers:read');
      const request = LogsRequest.parse(given);
      const { stop, signal, stream } = await open(ctx, target, request);
      try {
        for await (const raw of stream) {
          const line = shownLine(raw);
          if (fits(line, request)) yield line;
        }
      } catch (thrown) {
        if (!signal.aborted) throw thrown;
      } finally {
        stop.abort();
      }
    },
  };
}

const none = (id: string) =>
  new AppError('SERVER_002', {
    message: 'The provider has no such server, so there are no lines of it.',
    advice: 'Wait until it has been made.',
    details: { server_id: id },
  });

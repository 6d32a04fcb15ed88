import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Account } from './account.ts';
import { AILMENTS, type Containers } from './proxy.ts';

/**
 * `POST /fake/{server}/{errors|down|hang|well}`: not RunPod's, for people who want to see what a server that is unwell leads to. A
 * server is named by its id there, or by its name or a part of that (`srv_…`).
 */
export function switchHealth(
  { pods, endpoints }: Account,
  { ailments }: Containers,
  [name = '', way = '']: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): ServerResponse {
  const say = (status: number, text: string) => response.writeHead(status).end(`${text}\n`);
  const all = [...pods, ...endpoints].map(([id, { fields }]) => ({ id, name: fields.name }));
  if (request.method === 'GET' && name === '') {
    const lines = all.map((one) => `${one.id} ${one.name} ${ailments.get(one.id) ?? 'well'}`);
    return say(200, lines.join('\n') || 'there is no server');
  }
  const ailment = AILMENTS.find((one) => one === way);
  if (request.method !== 'POST' || (ailment === undefined && way !== 'well')) {
    return say(404, `use GET /fake, or POST /fake/SERVER/${[...AILMENTS, 'well'].join('|')}`);
  }
  const found = all.filter((one) => one.id === name || (name !== '' && one.name.includes(name)));
  const [server] = found;
  if (server === undefined || found.length > 1) return say(404, `${found.length} servers are called so`);
  if (ailment === undefined) ailments.delete(server.id);
  else ailments.set(server.id, ailment);
  return say(200, `${server.id} ${server.name} ${way}`);
}

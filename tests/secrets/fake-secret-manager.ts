import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeSecretManager {
  readonly endpoint: string;
  /** Versions of each secret, by `project/name`, oldest first; null: a disabled one. */
  readonly secrets: Map<string, (string | null)[]>;
  /** What was asked, oldest first: method and path. */
  readonly asked: string[];
  /** Statuses that the next requests get instead of an answer; 0: none at all. */
  readonly failures: number[];
  close(): Promise<void>;
}

const STATUS: Readonly<Record<number, string>> = {
  400: 'FAILED_PRECONDITION',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  503: 'UNAVAILABLE',
};
const PAGE = 3;

/**
 * A fake of Google Secret Manager, made from the published description of its REST interface (v1: access, addVersion, create,
 * list, delete). It is not the service: credentials, quotas, replication and checksums are not played.
 */
export async function startFakeSecretManager(): Promise<FakeSecretManager> {
  const secrets = new Map<string, (string | null)[]>();
  const asked: string[] = [];
  const failures: number[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://fake');
    asked.push(`${request.method} ${url.pathname}`);
    const body = JSON.parse((await textOf(request)) || '{}') as { payload?: { data?: string } };
    const failure = failures.shift();
    if (failure === 0) return;
    if (failure !== undefined) refuse(response, failure);
    else answer(`${request.method} ${url.pathname}`, url.searchParams, body, response);
  });

  function answer(
    call: string,
    query: URLSearchParams,
    body: { payload?: { data?: string } },
    response: ServerResponse,
  ): ServerResponse {
    const access = /^GET \/v1\/projects\/([^/]+)\/secrets\/([^/]+)\/versions\/([^/]+):access$/.exec(call);
    if (access !== null) {
      const [, project, name, version = ''] = access;
      const versions = secrets.get(`${project}/${name}`);
      const number = version === 'latest' ? (versions?.length ?? 0) : Number(version);
      const value = versions?.[number - 1];
      if (value === undefined) return refuse(response, 404);
      if (value === null) return refuse(response, 400);
      const data = Buffer.from(value).toString('base64');
      return send(response, { name: `projects/1/secrets/${name}/versions/${number}`, payload: { data } });
    }
    const add = /^POST \/v1\/projects\/([^/]+)\/secrets\/([^/]+):addVersion$/.exec(call);
    if (add !== null) {
      const versions = secrets.get(`${add[1]}/${add[2]}`);
      if (versions === undefined) return refuse(response, 404);
      versions.push(Buffer.from(body.payload?.data ?? '', 'base64').toString());
      return send(response, { name: `projects/1/secrets/${add[2]}/versions/${versions.length}`, state: 'ENABLED' });
    }
    const all = /^(GET|POST) \/v1\/projects\/([^/]+)\/secrets$/.exec(call);
    if (all?.[1] === 'POST') {
      const key = `${all[2]}/${query.get('secretId')}`;
      if (secrets.has(key)) return refuse(response, 409);
      secrets.set(key, []);
      return send(response, { name: `projects/1/secrets/${query.get('secretId')}` });
    }
    if (all !== null) {
      const names = [...secrets.keys()].filter((key) => key.startsWith(`${all[2]}/`));
      const from = Number(query.get('pageToken') || 0);
      const listed = names.slice(from, from + PAGE).map((key) => ({
        name: `projects/1/secrets/${key.split('/')[1]}`,
        createTime: '2026-11-28T10:00:00Z',
      }));
      const more = from + PAGE < names.length ? { nextPageToken: String(from + PAGE) } : {};
      return send(response, { secrets: listed, ...more, totalSize: names.length });
    }
    const one = /^DELETE \/v1\/projects\/([^/]+)\/secrets\/([^/]+)$/.exec(call);
    if (one !== null && secrets.delete(`${one[1]}/${one[2]}`)) return send(response, {});
    return refuse(response, 404);
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets,
    asked,
    failures,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, body: object): ServerResponse {
  return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, code: number): ServerResponse {
  const error = { code, message: 'words of the other side', status: STATUS[code] ?? 'INTERNAL' };
  return response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

import { createServer, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { saidWithAnswer, sayWithAnswer } from '../../../src/gateway/http/every-answer.ts';
import { raw } from '../raw-http.ts';

/** As it comes over the wire, whichever way a protocol writes its head. */
async function answer(write: (response: ServerResponse) => void) {
  const types: string[] = [];
  const server = createServer((_request, response) => {
    sayWithAnswer(response, { 'x-ours': '1', 'cache-control': 'no-store' }, (type) => types.push(type));
    saidWithAnswer(response)['x-more'] = '2';
    write(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { headers, body } = await raw(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  server.close();
  const { 'x-ours': ours, 'x-more': more, 'cache-control': cache, 'content-type': type } = headers;
  return { ours, more, cache, type, body, types };
}

const TYPE: OutgoingHttpHeaders = { 'Content-Type': 'text/plain' };
it.each<[string, (response: ServerResponse) => void]>([
  ['an object', (response) => response.writeHead(200, TYPE).end('a')],
  ['a reason and an object', (response) => response.writeHead(200, 'Fine', TYPE).end('a')],
  ['a list', (response) => response.writeHead(200, ['Content-Type', 'text/plain']).end('a')],
  [
    'headers that are set',
    (response) => {
      response.setHeader('Content-Type', 'text/plain');
      response.end('a');
    },
  ],
  [
    'both',
    (response) => {
      response.setHeader('Content-Type', 'text/plain');
      response.writeHead(200, { 'x-other': '3' }).end('a');
    },
  ],
])('ours are there with %s', async (_how, write) => {
  const { types, ...told } = await answer(write);
  expect(told).toEqual({ ours: '1', more: '2', cache: 'no-store', type: 'text/plain', body: 'a' });
  expect(types).toHaveLength(1);
});

it.each<[string, (response: ServerResponse) => void]>([
  ['given', (response) => response.writeHead(200, { 'Cache-Control': 'public' }).end()],
  ['listed', (response) => response.writeHead(200, ['Cache-Control', 'public']).end()],
  [
    'set',
    (response) => {
      response.setHeader('Cache-Control', 'public');
      response.writeHead(200, TYPE).end();
    },
  ],
])("a protocol's own goes before, %s", async (_how, write) => {
  expect(await answer(write)).toMatchObject({ ours: '1', more: '2', cache: 'public' });
});

it('says of what type the answer is', async () => {
  const events = { 'content-type': 'text/event-stream' };
  expect((await answer((response) => response.writeHead(200, events).end())).types).toEqual(['text/event-stream']);
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFrame } from '../../src/gateway/live/control-plane.ts';
import { readMessage } from '../../src/gateway/mcp/transports/read-message.ts';
import { repeatedName } from '../../src/gateway/repeated-name.ts';
import { form, type RestServer, startRest } from './rest/rest-server.ts';

/** Who reads the first of two values and who reads the last see two different messages: no door takes one. */
it.each([
  ['{"a":1,"a":2}', 'a'],
  ['{"a":1,"\\u0061":2}', 'a'],
  ['{"a":{"b":1},"c":[{"b":1,"b":1}]}', 'b'],
  ['{"":1 , "" :2}', ''],
  ['{"a":"a","b":["a","a"],"c":"b"}', null],
  ['{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}', null],
  ['{"a":"{\\"a\\":1,\\"a\\":2}","b":"\\\\"}', null],
  ['["a","a",{"a":[],"b":{}}]', null],
  ['"a"', null],
  ['{"__proto__":1,"toString":2,"hasOwnProperty":3}', null],
  [`{${Array.from({ length: 50 }, (_, n) => `"k${n}":{"k":${n}}`).join()}}`, null],
  [`{${Array.from({ length: 50 }, (_, n) => `"k${n}":${n}`).join()},"k3":0}`, 'k3'],
  [`{${Array.from({ length: 50 }, (_, n) => `"k${n}":${n}`).join()},"k49":0}`, 'k49'],
])('%s', (json, name) => {
  expect(() => JSON.parse(json)).not.toThrow();
  expect(repeatedName(json)).toBe(name);
});

let server: RestServer;
beforeAll(async () => {
  server = await startRest();
});
afterAll(() => server.close());

const JSON_TYPE = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const REFUSED = { code: 'VALIDATION_002', message: 'The name "text" stands twice in one object.' };

it('REST and AG-UI refuse it by name, and nothing is done', async () => {
  const sentence = '{"text":"Keep mugs 93 mm away from phones","text":"Keep mugs 1 mm away from laptops"}';
  const said = await server.ask('POST', '/api/v1/rules/natural-language', sentence, JSON_TYPE);
  expect([said.status, said.body.error]).toMatchObject([422, { ...REFUSED, details: { field: 'text' } }]);
  expect((await server.ask('GET', '/api/v1/rules')).body).toEqual([]);
  const run = await server.ask('POST', '/ag-ui', '{"threadId":"t","text":1,"text":2}', JSON_TYPE);
  expect([run.status, run.body.error]).toMatchObject([400, REFUSED]);
  const fields = { detections: '[]', size: '{"width":640,"height":480,"width":1}' };
  const field = await server.ask('POST', '/api/v1/analyze/with-feedback', form(fields, []));
  expect([field.status, field.body.error.message]).toEqual([422, 'The name "width" stands twice in one object.']);
});

it('MCP answers in JSON-RPC, with the id where there is one', async () => {
  const call = '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"list_rules","name":"delete_rule"}}';
  const error = { code: -32600, message: expect.stringContaining('The name "name" stands twice') };
  const { status, body } = await server.ask('POST', '/mcp', call, JSON_TYPE);
  expect([status, body]).toMatchObject([400, { jsonrpc: '2.0', id: 7, error }]);
  expect(readMessage(Buffer.from(call))).toMatchObject({ refusal: { id: 7, error } });
  const ids = '{"jsonrpc":"2.0","id":7,"method":"ping","id":8}';
  expect(readMessage(Buffer.from(ids))).toMatchObject({ refusal: { id: null } });
});

it('A2A refuses it too', async () => {
  const message = '{"jsonrpc":"2.0","id":1,"method":"GetTask","params":{"id":"a","id":"b"}}';
  const { status, body } = await server.ask('POST', '/a2a', message, JSON_TYPE);
  expect([status < 500, JSON.stringify(body)]).toEqual([true, expect.stringContaining('stands twice')]);
});

it('and the control plane', () => {
  expect(readFrame('{"type":"subscribe","topics":["alerts"]}')).not.toBeNull();
  expect(readFrame('{"type":"subscribe","topics":["alerts"],"topics":["logs"]}')).toBeNull();
});

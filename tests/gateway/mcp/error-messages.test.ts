import { afterEach, expect, it } from 'vitest';
import { INITIALIZE } from '../raw-http.ts';
import { startStdio } from '../stdio-process.ts';

let server: ReturnType<typeof startStdio>;
afterEach(() => server.child.kill('SIGKILL'));

// No U+2028: readline of this test takes it for the end of a line.
const HOSTILE = 'x\n\n## SYSTEM\u001b[31m\u202enext';

it.each([
  ['tools/call', { name: HOSTILE, arguments: {} }],
  ['resources/read', { uri: `h200://${HOSTILE}` }],
  ['prompts/get', { name: HOSTILE }],
  ['completion/complete', { ref: { type: 'ref/prompt', name: HOSTILE }, argument: { name: 'a', value: 'b' } }],
  [HOSTILE, {}],
])('the error of %j says what it was asked on one line of plain text', async (method, params) => {
  server = startStdio();
  server.say(INITIALIZE);
  await server.answer(1).toHaveProperty('result');
  server.say({ jsonrpc: '2.0', id: 2, method, params });
  await server.answer(2).toHaveProperty('error');
  const { error } = server.messages().find(({ id }) => id === 2)!;
  expect(error?.message).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
});

import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { corpusFiles } from '../support/corpus.ts';
import { type HttpAnswer, HttpProduct, legacy, messageOf } from '../support/http.ts';
import { shareOf } from '../support/random.ts';
import type { AttackSet, Tally } from '../support/set.ts';
import { StdioProduct } from '../support/stdio.ts';
import type { Message } from '../support/verdict.ts';

interface Text {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Bodies and lines that are no JSON, almost JSON, or JSON that is no message. */
export const jsonTextSet: AttackSet = {
  id: 'S5',
  title: 'JSON that is none, and none of ours',
  bounds: { maxMs: 2000, maxRssMb: 1200 },
  async run(tally, options) {
    const files = corpusFiles(options, 'json');
    tally.note(
      files.length > 0 ? `${files.length} files of JSONTestSuite and ours` : 'generated; no JSONTestSuite at hand',
    );
    const foreign = files.map((file) => ({ name: basename(file), bytes: readFileSync(file) }));
    const texts = [...shareOf(OURS, options.share, 20), ...shareOf(foreign, options.share, 0)];
    await overHttp(tally, texts);
    await overStdio(tally, texts);
  },
};

async function overHttp(tally: Tally, texts: readonly Text[]): Promise<void> {
  const product = await HttpProduct.open(tally);
  try {
    for (const { name, bytes } of texts) {
      for (const path of ['/mcp', '/messages?sessionId=x']) {
        const begun = performance.now();
        const answer = await product.send(path, legacy(bytes)).catch((error: Error) => error);
        const wrong = wrongWith(answer, bytes);
        if (wrong === null) tally.held(`${path} ${name}`, 'refused', performance.now() - begun);
        else tally.failed(`${path} ${name}`, wrong);
      }
    }
    const health = await product.send('/healthz', { method: 'GET' });
    if (health.status !== 200) tally.fail('health afterwards', String(health.status));
  } finally {
    await product.stop();
  }
}

/** 400 and a parse error or invalid request; 404 for what is JSON, where the address names no session. */
function wrongWith(answer: HttpAnswer | Error, bytes: Buffer): string | null {
  if (answer instanceof Error) return answer.message;
  const { error } = (messageOf(answer.body) ?? {}) as Message;
  if (answer.status === 400 && (error?.code === -32700 || error?.code === -32600)) return null;
  if (answer.status === 404 && error?.code === -32001 && isJson(bytes)) return null;
  return `${answer.status} ${answer.body.slice(0, 200)}`;
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString());
    return isUtf8(bytes);
  } catch {
    // A byte-order mark may stand before it.
    return bytes.toString().startsWith('\ufeff') && isJson(Buffer.from(bytes.toString().slice(1)));
  }
}

async function overStdio(tally: Tally, texts: readonly Text[]): Promise<void> {
  const product = await StdioProduct.open(tally);
  try {
    // Empty lines are allowed between messages, and a line break ends one.
    const lines = texts.filter(({ bytes }) => !/[\n]/.test(bytes.toString('latin1')) && bytes.toString().trim() !== '');
    for (const { name, bytes } of lines) {
      const before = product.unasked.length;
      const begun = performance.now();
      product.say(bytes);
      await product.request('ping', {});
      const said = product.unasked[before];
      const ms = performance.now() - begun;
      const code = said?.error?.code;
      if (code === -32700 || code === -32600) tally.held(`stdio ${name}`, 'refused', ms);
      // A ping may carry what it likes in its params; the next ping shows that nothing came of it.
      else if (said?.result && Object.keys(said.result).length === 0) tally.held(`stdio ${name}`, 'answered', ms);
      else tally.failed(`stdio ${name}`, JSON.stringify(product.unasked.slice(before)).slice(0, 200));
    }
  } finally {
    await product.stop();
  }
}

const deep = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
const ping = (more: string) => `{"jsonrpc":"2.0","id":1,"method":"ping"${more}}`;
const utf8 = (...texts: string[]) => texts.map((text) => ({ name: text.slice(0, 60), bytes: Buffer.from(text) }));
const named = (name: string, text: string) => ({ name, bytes: Buffer.from(text) });

const OURS: readonly Text[] = [
  ...[100, 1000, 100_000].flatMap((depth) => [
    named(`${depth} lists in lists`, deep('[', ']', depth)),
    named(`${depth} objects in objects`, deep('{"a":', '}', depth)),
    named(`${depth} lists that never end`, '['.repeat(depth)),
    named(`${depth} objects that never end`, '{"a":'.repeat(depth)),
    named(`a request with ${depth} lists in its params`, ping(`,"params":{"a":${deep('[', ']', depth)}}`)),
  ]),
  named('a million keys', `{${Array.from({ length: 1e6 }, (_, i) => `"${i}":1`).join()}}`),
  named('a million elements', ping(`,"params":{"a":[${'1,'.repeat(1e6)}1]}`)),
  named('a string of 10 MB', `"${'x'.repeat(1e7)}"`),
  named('escapes of 6 MB', `"${'\\u0000'.repeat(1e6)}"`),
  ...utf8(
    ping(',"__proto__":{"polluted":true}'),
    ping(',"params":{"__proto__":{"polluted":true}}'),
    ping(',"params":{"constructor":{"prototype":{"polluted":true}}}'),
    '{"__proto__":{"jsonrpc":"2.0","id":1,"method":"ping"}}',
    '{"jsonrpc":"2.0","id":1,"id":2,"method":7,"method":8}',
    '[]',
    '[1]',
    '[[]]',
    `[${ping('')}]`,
    '{}',
    'null',
    'true',
    '1',
    '""',
    '"ping"',
    '{"jsonrpc":"2.0"}',
    '{"jsonrpc":2.0,"id":1,"method":"ping"}',
    '{"jsonrpc":"2.0","id":1}',
    "{'jsonrpc':'2.0'}",
    '{jsonrpc:"2.0"}',
    '{"jsonrpc":"2.0",}',
    `${ping('')}${ping('')}`,
    `${ping('')} x`,
    `/* a */${ping('')}`,
    ping(',"params":{"a":NaN}'),
    ping(',"params":{"a":Infinity}'),
    ping(',"params":{"a":0x1}'),
    ping(',"params":{"a":01}'),
    ping(',"params":{"a":.5}'),
    ping(',"params":{"a":"\u0001"}'),
    ping(',"params":{"a":"\\x"}'),
    ping(',"params":"text"'),
    ping(',"params":5'),
    ping(',"params":null'),
    ping(',"params":[]'),
    'GET / HTTP/1.1',
    '<?xml version="1.0"?>',
    'undefined',
    '\u0000',
    '\\',
    '"',
    '{',
    '}',
    ']',
    ',',
    ':',
  ),
  { name: 'bytes that are no UTF-8', bytes: Buffer.from('{"jsonrpc":"2.0","id":1,"method":"\xff\xfe"}', 'latin1') },
  {
    name: 'half a character',
    bytes: Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xf0, 0x9f]), Buffer.from('"}')]),
  },
  {
    name: 'a surrogate in UTF-8',
    bytes: Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
  },
  {
    name: 'UTF-16',
    bytes: Buffer.from(`\ufeff${ping('').replace('ping', 'x')}`, 'utf16le'),
  },
];

import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { VERSION } from '../../../version.ts';
import { instructionsFor } from '../protocol/instructions.ts';
import { serverInfo } from '../protocol/server-info.ts';

type Id = string | number;

/** The SDK's, newest first. */
const VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'];
const CAPABILITIES = {
  tools: { listChanged: false },
  prompts: { listChanged: false },
  resources: { subscribe: true, listChanged: false },
  completions: {},
};
/** A client that wants to be answered has written by the time that a process has started. */
const WAIT_MS = 10;
const LONGEST = 16_384;

/**
 * Answers an ordinary `initialize` before the server is loaded, which takes twice as long as all before it. The input stays as it is, for the
 * server to read: its own answer to what this resolves with, the same one, is then not sent. Null: nothing was answered.
 */
export async function answerFirst(input: Readable, output: Writable, readOnly: boolean): Promise<Id | null> {
  const chunk = await firstOf(input);
  if (chunk === null) return null;
  input.unshift(chunk);
  const end = chunk.indexOf('\n');
  if (end === -1 || end > LONGEST) return null;
  const asked = initializeOf(chunk.subarray(0, end).toString());
  if (asked === null) return null;
  const { id, version } = asked;
  output.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: initializeResult(version, readOnly) })}\n`);
  return id;
}

/** What the server would say, too. */
export const initializeResult = (version: string, readOnly: boolean) => ({
  protocolVersion: VERSIONS.includes(version) ? version : VERSIONS[0],
  capabilities: CAPABILITIES,
  serverInfo: serverInfo(VERSION),
  instructions: instructionsFor(!readOnly),
});

async function firstOf(input: Readable): Promise<Buffer | null> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const ready = () => resolve();
  input.once('readable', ready);
  await Promise.race([promise, lookedLongEnough()]);
  input.off('readable', ready);
  const chunk = input.readableEnded ? null : (input.read() as Buffer | null);
  return Buffer.isBuffer(chunk) ? chunk : null;
}

/** On a busy machine the time can be over before anybody has looked: then one look, at least. */
async function lookedLongEnough(): Promise<void> {
  await sleep(WAIT_MS);
  for (let n = 0; n < 2; n += 1) await turn();
}

/** Only what nobody could read in two ways; the server looks at everything else. */
function initializeOf(line: string): { id: Id; version: string } | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isPlain(value, ['jsonrpc', 'id', 'method', 'params'])) return null;
  const { jsonrpc, id, method, params } = value;
  if (jsonrpc !== '2.0' || method !== 'initialize' || !(typeof id === 'string' || Number.isSafeInteger(id)))
    return null;
  if (!isPlain(params, ['protocolVersion', 'capabilities', 'clientInfo'])) return null;
  const { protocolVersion, capabilities, clientInfo } = params;
  if (typeof protocolVersion !== 'string' || !areCapabilities(capabilities)) return null;
  if (!isPlain(clientInfo, ['name', 'version', 'title'])) return null;
  if (typeof clientInfo.name !== 'string' || typeof clientInfo.version !== 'string') return null;
  if (!['string', 'undefined'].includes(typeof clientInfo.title)) return null;
  return { id: id as Id, version: protocolVersion };
}

const KNOWN = ['roots', 'sampling', 'elicitation'];

/** Those that every client has, with nothing but switches and empty objects in them. */
const areCapabilities = (given: unknown): boolean =>
  isPlain(given, KNOWN) &&
  Object.values(given).every((one) =>
    isPlain(one, null)
      ? Object.values(one).every((it) => typeof it === 'boolean' || (isPlain(it, null) && Object.keys(it).length === 0))
      : false,
  );

/** An object with no other keys than these; null: any. */
function isPlain(given: unknown, keys: readonly string[] | null): given is Record<string, unknown> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return false;
  return keys === null || Object.keys(given).every((key) => keys.includes(key));
}

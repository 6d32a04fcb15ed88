import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, describe, expect, it } from 'vitest';
import { connectNew } from '../gateway/clients.ts';
import { commandLines, configuredServers, ROOT } from '../support/documents.ts';
import { runProgram } from '../support/program.ts';

/** What the documents say to type or to paste, done. Names, options and files are looked at in tests/documents. */
const folder = mkdtempSync(join(tmpdir(), 'h200-documents-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = { H200_DATA_DIR: join(folder, 'data'), H200_MODELS_DIR: join(folder, 'models') };

describe('a client with the configuration of', () => {
  const servers = configuredServers().map(({ file, server }, i) => [`${file}, ${i + 1}`, server] as const);
  it('some documents', () => expect(servers.length).toBeGreaterThanOrEqual(4));

  it.each(servers)('%s starts the server', async (_name, server) => {
    const given = Object.entries(server.env ?? {}).map(([name, value]) => [
      name,
      value.replace(/\$\{HOME\}/, homedir()),
    ]);
    const transport = new StdioClientTransport({
      command: server.command,
      args: [...server.args],
      cwd: ROOT,
      env: { ...(process.env as Record<string, string>), ...env, ...Object.fromEntries(given) },
      stderr: 'ignore',
    });
    const client = await connectNew(transport, 'auto');
    const rules = await client.call('list_rules');
    await client.close();
    expect(rules.isError).toBeFalsy();
  });
});

/** What stands for something of the reader's. */
const EXAMPLES: Readonly<Record<string, string>> = {
  PHOTO: join(ROOT, 'examples/mug-too-close.jpg'),
  '"SENTENCE"': 'Keep mugs at least 6 inches away from laptops',
};

/** Each command that a line stands for, as arguments; what may be left out is. */
function meant(line: string): string[][] {
  const plain = line
    .replace(/^h200-mug ?/, '')
    .replace('[PHOTO…]', 'PHOTO')
    .replace(/(?:^| +)\[[^\]]*\]/g, '');
  const words = (plain.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'(.*)'$/, '$1'));
  return words.reduce<string[][]>(
    (all, word) => word.split('|').flatMap((one) => all.map((args) => [...args, EXAMPLES[one] ?? one])),
    [[]],
  );
}

/** These go on for ever, ask the network, or need something of the reader's. */
const NOT_RUN =
  /^$|^serve|^stdio|^backup|^notify test|^models fetch|^rules import|^analyses delete|^data |^cache clear|^worker|^watch|^cameras|^models export-triton|^deploy (?!.*--dry-run)|^secrets (?:list|set|delete)|^marker(?: --paper|$)|[A-Z]{2}|^notify replay|^(?:models|rules|analyses|deploy)$/;
/** doctor fails where a part is not as it should be, and no stronger model is installed here. */
const DONE: Readonly<Record<string, readonly number[]>> = { doctor: [0, 1], marker: [0, 1] };

describe('a command of the documents that needs no network', () => {
  const lines = commandLines().flatMap(({ text }) => (text.startsWith('h200-mug') ? meant(text) : []));
  const commands = [...new Map(lines.map((args) => [args.join(' '), args])).values()].filter(
    (args) => !NOT_RUN.test(args.filter((arg) => !Object.values(EXAMPLES).includes(arg)).join(' ')),
  );
  it('is one of several', () => expect(commands.length).toBeGreaterThanOrEqual(7));

  it.each(commands.map((args) => [args.join(' '), args] as const))('runs: h200-mug %s', async (_name, args) => {
    const { status, stdout, stderr } = await runProgram(args, { env });
    expect(DONE[args[0] as string] ?? [0], stderr).toContain(status);
    expect(stdout).not.toBe('');
  });
});

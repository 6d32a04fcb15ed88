import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VARIABLES } from '../../src/config/config.ts';
import { TOOLS } from '../../tools/index.ts';
import { connectNew } from '../gateway/clients.ts';
import { ROOT } from '../support/documents.ts';

const folder = mkdtempSync(join(tmpdir(), 'h200-bundle-'));
const opened = join(folder, 'opened');
const tool = join(ROOT, 'bundle/node_modules/@anthropic-ai/mcpb/dist/cli/cli.js');
let status: number | null = null;
let size = 0;
beforeAll(() => {
  ({ status } = spawnSync(process.execPath, [join(ROOT, 'scripts/bundle-mcpb.ts'), folder], { stdio: 'inherit' }));
  if (status !== 0) return;
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.mcpb')) as string);
  size = statSync(file).size;
  execFileSync(process.execPath, [tool, 'unpack', file, opened], { stdio: 'ignore' });
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Exit status 3: the official tool cannot be installed on this machine. */
describe('the bundle', () => {
  it('is made, and is no larger than 100 MB', ({ skip }) => {
    skip(status === 3, 'the official tool cannot be installed here');
    expect(status).toBe(0);
    expect(size).toBeLessThan(100_000_000);
    expect(size).toBeGreaterThan(10_000_000);
  });

  it('is opened and spoken to by a real client, as its manifest says, and analyses a photo', async ({ skip }) => {
    skip(status === 3, 'the official tool cannot be installed here');
    const manifest = JSON.parse(readFileSync(join(opened, 'manifest.json'), 'utf8'));
    const { args, env } = manifest.server.mcp_config as { args: string[]; env: Record<string, string> };
    for (const name of Object.keys(env)) expect(VARIABLES).toHaveProperty(name);
    // As a host does it.
    const filled = (text: string) =>
      text
        .replaceAll(/\$\{__dirname\}/g, opened)
        .replaceAll(/\$\{user_config\.photos\}/g, join(ROOT, 'examples'))
        .replaceAll(/\$\{user_config\.(\w+)\}/g, (_all, key) => String(manifest.user_config[key].default));
    expect(existsSync(join(opened, manifest.server.entry_point))).toBe(true);
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: args.map(filled),
      cwd: folder,
      env: {
        ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)])),
        HOME: folder,
        H200_DATA_DIR: join(folder, 'data'),
        H200_MODELS_DIR: join(folder, 'models'),
      },
      stderr: 'ignore',
    });
    const client = await connectNew(transport, 'auto');
    const answer = await client.call('analyze_image', { image: join(ROOT, 'examples/mug-too-close.jpg') });
    expect(answer.isError).toBeFalsy();
    expect(answer.structuredContent?.objects).not.toEqual([]);
    await client.close();
    expect(manifest.tools.map(({ name }: { name: string }) => name)).toEqual(TOOLS.map(({ name }) => name));
  }, 120_000);
});

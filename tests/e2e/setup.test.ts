import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectNew } from '../gateway/clients.ts';
import { ROOT } from '../support/documents.ts';
import { freePort } from '../support/free-port.ts';
import { runProgram } from '../support/program.ts';

let home: string;
let env: Record<string, string>;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'h200-setup-'));
  mkdirSync(join(home, 'Pictures'));
  mkdirSync(join(home, 'models'));
  env = {
    HOME: home,
    XDG_CONFIG_HOME: '',
    CLAUDE_CONFIG_DIR: '',
    H200_MODELS_DIR: join(home, 'models'),
    H200_DATA_DIR: join(home, 'data'),
  };
});
afterEach(() => rmSync(home, { recursive: true, force: true }));
const setup = (...args: string[]) => runProgram(['setup', ...args], { env, cwd: home });

/** The best model of the manifest is where nothing can be fetched. */
function modelAt(port: number): void {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'models/manifest.json'), 'utf8'));
  const models = manifest.models.map((one: object) => ({ ...one, urls: [`http://127.0.0.1:${port}/model.onnx`] }));
  writeFileSync(join(home, 'models', 'manifest.json'), JSON.stringify({ models }));
}

describe('h200-mug setup', () => {
  it('writes an entry with which a client starts the server', async () => {
    const { status, stdout, stderr } = await setup('claude-code', '--offline');
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining('--offline') });
    const file = join(home, '.claude.json');
    expect(stdout).toBe(`Claude Code: added to ${file}\n`);
    const { command, args, env: variables } = JSON.parse(readFileSync(file, 'utf8')).mcpServers['h200-mug'];
    expect(variables).toEqual({ H200_ALLOWED_ROOTS: join(home, 'Pictures') });
    const transport = new StdioClientTransport({ command, args, env: { ...env, ...variables }, stderr: 'ignore' });
    const client = await connectNew(transport, 'auto');
    expect((await client.call('list_rules')).isError).toBeFalsy();
    await client.close();

    expect((await setup()).stdout).toMatch(/^claude-code +Claude Code +set up \(user\)$/m);
    expect((await setup('claude-code', '--remove')).stdout).toContain('removed from');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ mcpServers: {} });
  });

  it('says in one line what is wrong, and leaves the file', async () => {
    writeFileSync(join(home, '.claude.json'), '{"mcpServers": {');
    const broken = await setup('claude-code');
    expect(broken).toMatchObject({ status: 2, stdout: '' });
    expect(broken.stderr).toMatch(/^\S+\.claude\.json is left as it is: it is no valid JSON .*line 1, column 17\.\n$/);
    for (const [args, why] of [
      [['notepad'], 'Allowed choices'],
      [['windsurf', '--scope', 'project'], 'Windsurf knows user and no project'],
      [['cursor', '--photos', '/nowhere/at/all'], 'there is no folder'],
      [['cursor', '--name', '__proto__'], '--name'],
    ] as const) {
      const { status, stderr } = await setup(...args);
      expect(status).toBe(2);
      expect(stderr).toContain(why);
    }
  });

  it.each(['dead', 'hanging'] as const)('goes on where the address of the stronger model is %s', async (how) => {
    const server = how === 'hanging' ? createServer(() => {}) : null;
    const port = server
      ? await new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
        })
      : await freePort();
    modelAt(port);
    const { status, stderr } = await setup('cursor');
    server?.close();
    expect(status).toBe(0);
    expect(stderr).toContain('the small embedded model is used');
  });
});

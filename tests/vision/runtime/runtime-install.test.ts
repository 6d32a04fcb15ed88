import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RUNTIME_VERSION } from '../../../src/version.ts';
import {
  findRuntime,
  importRuntime,
  installedRuntime,
  installRuntime,
} from '../../../src/vision/runtime/runtime-install.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-runtime-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** An npm of ours: puts a package where it is told to, or fails as npm does. */
function stubNpm(body: string): void {
  const cli = join(folder, 'npm-cli.js');
  writeFileSync(cli, body);
  vi.stubEnv('npm_execpath', cli);
}

it('takes the installed package first', async () => {
  expect(((await importRuntime(folder)) as { InferenceSession?: unknown }).InferenceSession).toBeDefined();
  expect(installedRuntime(folder)).toBeNull();
  expect(findRuntime(folder)).toContain('node_modules/onnxruntime-node/');
});

it('installs without scripts into the data folder, once, and finds it there', async () => {
  stubNpm(`
    const { mkdirSync, writeFileSync } = require('node:fs');
    if (!process.argv.includes('--ignore-scripts')) process.exit(1);
    if (!process.argv.includes('onnxruntime-node@${RUNTIME_VERSION}')) process.exit(2);
    const dir = process.argv[process.argv.indexOf('--prefix') + 1] + '/node_modules/onnxruntime-node';
    mkdirSync(dir, { recursive: true });
    writeFileSync(dir + '/package.json', '{"name":"onnxruntime-node","main":"index.js"}');
    writeFileSync(dir + '/index.js', 'exports.installed = true;');`);
  const [one, two] = await Promise.all([installRuntime(folder), installRuntime(folder)]);
  expect(one).toBe(two);
  expect(installedRuntime(folder)).toBe(one);
  expect(await import(one)).toMatchObject({ installed: true });
});

it('says what to do when npm cannot install it, and leaves nothing half-done', async () => {
  stubNpm('console.error("network"); process.exit(1);');
  await expect(installRuntime(folder)).rejects.toMatchObject({
    code: 'ANALYSIS_001',
    advice: expect.stringContaining('npm install'),
  });
  expect(installedRuntime(folder)).toBeNull();
  mkdirSync(join(folder, 'runtime', RUNTIME_VERSION), { recursive: true });
  expect(installedRuntime(folder)).toBeNull();
});

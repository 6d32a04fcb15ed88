import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, parse, resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { loadConfig, VARIABLES } from '../../src/config/config.ts';
import type { ConfigError } from '../../src/config/config-error.ts';

const problems = (env: Record<string, string>) => {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};

describe('configuration', () => {
  it('needs nothing', () => {
    const config = loadConfig({});
    expect(config.H200_PROVIDER).toBe('auto');
    expect(config.H200_ALLOWED_ROOTS).toEqual([process.cwd()]);
    expect(config.H200_API_TOKEN).toBeUndefined();
    expect(config.MAX_BATCH_SIZE).toBe(32);
  });

  it('opens no folder when a desktop app starts it in the root of the disk', () => {
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(parse(process.cwd()).root);
    expect(loadConfig({}).H200_ALLOWED_ROOTS).toEqual([]);
    cwd.mockRestore();
  });

  it.each([
    ['a home folder', homedir(), []],
    ['the folder of all homes', resolve(homedir(), '..'), []],
    ['a folder in the home', resolve(homedir(), 'Pictures'), [resolve(homedir(), 'Pictures')]],
    ['a folder whose name begins as the home', `${homedir()}-photos`, [`${homedir()}-photos`]],
  ])('started in %s', (_where, folder, roots) => {
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder);
    expect(loadConfig({}).H200_ALLOWED_ROOTS).toEqual(roots);
    expect(loadConfig({ H200_ALLOWED_ROOTS: folder }).H200_ALLOWED_ROOTS).toEqual([folder]);
    cwd.mockRestore();
  });

  it('opens no folder in a home that is reached by a link', () => {
    const place = mkdtempSync(join(tmpdir(), 'h200-home-'));
    mkdirSync(join(place, 'real'));
    symlinkSync(join(place, 'real'), join(place, 'link'));
    vi.stubEnv('HOME', join(place, 'link'));
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(realpathSync(join(place, 'real')));
    expect(loadConfig({}).H200_ALLOWED_ROOTS).toEqual([]);
    cwd.mockRestore();
    vi.unstubAllEnvs();
    rmSync(place, { recursive: true });
  });

  it('knows ~ in folders, which no shell expands in the settings of a desktop app', () => {
    const { H200_ALLOWED_ROOTS } = loadConfig({ H200_ALLOWED_ROOTS: '~/Pictures:~' });
    expect(H200_ALLOWED_ROOTS).toEqual([resolve(homedir(), 'Pictures'), homedir()]);
  });

  it('takes an empty or blank value as unset', () => {
    const empty = Object.fromEntries(Object.keys(VARIABLES).map((name, i) => [name, i % 2 ? '' : '  ']));
    expect(loadConfig(empty)).toEqual(loadConfig({}));
  });

  it('reads every kind of value', () => {
    const config = loadConfig({
      H200_DATA_DIR: 'data',
      H200_ALLOWED_ROOTS: 'a::b',
      H200_WORKERS: '3',
      H200_READ_ONLY: 'yes',
      H200_ALLOWED_HOSTS: 'one.example, two.example',
      H200_TRUSTED_PROXIES: '10.0.0.0/8, ::1, fd00::/8',
      LOG_LEVEL: 'WARNING',
    });
    expect(config).toMatchObject({
      H200_DATA_DIR: resolve('data'),
      H200_ALLOWED_ROOTS: [resolve('a'), resolve('b')],
      H200_WORKERS: 3,
      H200_READ_ONLY: true,
      H200_ALLOWED_HOSTS: ['one.example', 'two.example'],
      H200_TRUSTED_PROXIES: ['10.0.0.0/8', '::1', 'fd00::/8'],
      LOG_LEVEL: 'warn',
    });
  });

  it.each([
    ['H200_WORKERS', '0'],
    ['H200_WORKERS', '1.5'],
    ['H200_WORKERS', 'two'],
    ['H200_THREADS', '1e3'],
    ['H200_PROVIDER', 'gpu'],
    ['H200_READ_ONLY', 'maybe'],
    ['H200_RATE_LIMIT', '-1'],
    ['H200_TRUSTED_PROXIES', 'proxy.example'],
    ['H200_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['H200_TRUSTED_PROXIES', '10.0.0.1, 10.0.0.0/'],
    ['OPENAI_BASE_URL', 'ftp://host'],
    ['LOG_LEVEL', 'loud'],
  ])('names a bad %s', (name, value) => {
    expect(problems({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name}: `))]);
  });

  it('names all bad values at once and never shows a secret', () => {
    const found = problems({ JWT_SECRET: 'short-secret', H200_API_TOKEN: 'tiny', H200_WORKERS: '-1' });
    expect(found.map((p) => p.split(':')[0])).toEqual(['H200_WORKERS', 'H200_API_TOKEN', 'JWT_SECRET']);
    expect(found.join()).not.toMatch(/short-secret|tiny/);
  });

  it('shows a bad value on one line that obeys nothing, and not at any length', () => {
    const value = `1\n  H200_DATA_DIR: fine\u001b[2J\u202e\u2028${'x'.repeat(5000)}`;
    const [shown = '', ...more] = problems({ H200_WORKERS: value });
    expect(more).toEqual([]);
    expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(shown.length).toBeLessThan(300);
  });

  it('ignores unknown names', () => {
    expect(loadConfig({ H200_NO_SUCH: 'x' })).toEqual(loadConfig({}));
  });

  it('reads ports', () => {
    expect(loadConfig({ H200_EXTRA_PORTS: '8001, 8002' }).H200_EXTRA_PORTS).toEqual([8001, 8002]);
    expect(problems({ H200_EXTRA_PORTS: '8001,x' })).toEqual([expect.stringContaining('port numbers')]);
    expect(problems({ H200_EXTRA_PORTS: '70000' })).toEqual([expect.stringContaining('1 to 65535')]);
  });
});

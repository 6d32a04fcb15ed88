import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AROUND, environmentTemplates } from '../../scripts/deploy/environment-templates.ts';
import { loadConfig, VARIABLES } from '../../src/config/config.ts';
import { ROOT } from '../support/documents.ts';

const names = (text: string) => [...text.matchAll(/^(\w+)=/gm)].map(([, name]) => name as string);

describe('the templates of the environment', () => {
  const templates = environmentTemplates();

  it.each(Object.entries(templates))('%s is what the configuration says now', (name, text) => {
    expect(readFileSync(join(ROOT, name), 'utf8'), 'npm run env:templates').toBe(text);
  });

  it('each part has a title', () => {
    const titles = [...templates['.env.example'].matchAll(/^# ---- (.*)$/gm)].map(([, title]) => title);
    expect(titles.filter((title) => !/^[A-Z]/.test(title as string))).toEqual([]);
  });

  it('.env.example names everything once, and sets nothing', () => {
    const all = names(templates['.env.example']);
    expect(all.toSorted()).toEqual([...Object.keys(VARIABLES), ...AROUND.map(({ name }) => name)].toSorted());
    expect(loadConfig(parseEnv(templates['.env.example']) as Record<string, string>)).toEqual(loadConfig({}));
  });

  it('.env.runpod is a part of it, without the keys that rent servers', () => {
    const worker = names(templates['.env.runpod']);
    expect(worker.filter((name) => !(name in VARIABLES))).toEqual([]);
    expect(worker).toEqual(expect.arrayContaining(['R2_ENDPOINT_URL', 'H200_MODELS_DIR', 'H200_API_TOKEN']));
    expect(worker).not.toContain('RUNPOD_API_KEY');
    expect(worker).not.toContain('H200_ADMIN_PASSWORD');
  });
});

describe('first-passwords', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'h200-passwords-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const make = (name: string) =>
    execFileSync(join(ROOT, 'scripts/deploy/first-passwords'), [join(folder, name)], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  const made = (name: string) =>
    Object.fromEntries(
      Object.entries(parseEnv(readFileSync(join(folder, name), 'utf8'))).filter(([, value]) => value !== ''),
    ) as Record<string, string>;

  it('makes what the program takes, for nobody else to read, and shows none of it', () => {
    expect(make('a.env')).toBe('');
    const { H200_ADMIN_USERNAME, H200_ADMIN_CHANGE_PASSWORD, GRAFANA_ADMIN_PASSWORD, ...secrets } = made('a.env');
    expect(H200_ADMIN_USERNAME).toBe('admin');
    expect(H200_ADMIN_CHANGE_PASSWORD).toBe('true');
    expect(Object.keys(secrets).sort()).toEqual([
      'H200_ADMIN_PASSWORD',
      'H200_API_TOKEN',
      'JWT_SECRET',
      'REDIS_PASSWORD',
    ]);
    for (const secret of [...Object.values(secrets), GRAFANA_ADMIN_PASSWORD]) expect(secret).toMatch(/^[\w-]{43}$/);
    expect(statSync(join(folder, 'a.env')).mode & 0o777).toBe(0o600);
    expect(loadConfig(secrets)).toMatchObject(secrets);
  });

  it('leaves what is set, and makes others each time', () => {
    const before = readFileSync(join(folder, 'a.env'), 'utf8');
    make('a.env');
    expect(readFileSync(join(folder, 'a.env'), 'utf8')).toBe(before);
    make('b.env');
    expect(made('b.env').JWT_SECRET).not.toBe(made('a.env').JWT_SECRET);
    writeFileSync(join(folder, 'c.env'), 'JWT_SECRET=mine-and-at-least-32-bytes-long-too\nLOG_LEVEL=warn');
    make('c.env');
    expect(made('c.env')).toMatchObject({ JWT_SECRET: 'mine-and-at-least-32-bytes-long-too', LOG_LEVEL: 'warn' });
    expect(made('c.env').REDIS_PASSWORD).toMatch(/^[\w-]{43}$/);
  });

  it.each([' ', '\t', '\r', ' \r', '  # mine', '""', "''"])('makes one where %j would be read as none', (value) => {
    writeFileSync(join(folder, 'd.env'), `JWT_SECRET=${value}\nLOG_LEVEL=warn\r\n`);
    make('d.env');
    expect(made('d.env').JWT_SECRET).toMatch(/^[\w-]{43}$/);
  });

  it.each(['#1', ' x', "'a $b'", '"a b"', 'x # mine'])('leaves %j', (value) => {
    writeFileSync(join(folder, 'e.env'), `JWT_SECRET=${value}\n`);
    make('e.env');
    expect(readFileSync(join(folder, 'e.env'), 'utf8')).toContain(`JWT_SECRET=${value}\n`);
  });

  it('lets a password that somebody chose stay', () => {
    writeFileSync(join(folder, 'f.env'), 'H200_ADMIN_PASSWORD=a long password of mine\n');
    make('f.env');
    expect(made('f.env').H200_ADMIN_PASSWORD).toBe('a long password of mine');
    expect(made('f.env').H200_ADMIN_CHANGE_PASSWORD).toBeUndefined();
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { environmentTemplates } from '../../scripts/deploy/environment-templates.ts';
import { ROOT } from '../support/documents.ts';
import { unknownVariables, wrongArguments } from './program-words.ts';

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly target: string; readonly args?: Record<string, string> };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly deploy?: { readonly resources?: { readonly limits?: { readonly cpus: string; readonly memory: string } } };
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const text = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const read = (name: string) => parse(text(name), { merge: true }) as Compose;
const dockerfile = text('Dockerfile');
const FILES = ['compose.yaml', 'compose.production.yaml'];
const services = FILES.flatMap((file) =>
  Object.entries(read(file).services).map(([name, service]) => [file, name, service] as const),
);
const ours = services.filter(([, , { build }]) => build !== undefined);
/** Another part's, which may not be there yet. */
const isThere = (path: string) =>
  existsSync(join(ROOT, path)) ||
  (path.startsWith('./deploy/monitoring') && !existsSync(join(ROOT, 'deploy/monitoring')));

describe.each(ours)('%s: %s', (_file, _name, { build, command, environment = {} }) => {
  it('is built from a target that there is', () =>
    expect(dockerfile).toMatch(new RegExp(`^FROM \\S+ AS ${build?.target}$`, 'm')));
  it('runs a command of the program', async () => {
    if (command !== undefined) expect(await wrongArguments(command)).toBeNull();
  });
  it('is given variables that the program reads', () => {
    // Emptied, since the file with all variables holds it.
    const { GRAFANA_ADMIN_PASSWORD: emptied, ...rest } = environment;
    expect(emptied ?? '').toBe('');
    expect(unknownVariables(Object.keys(rest))).toEqual([]);
  });
  it('reads build arguments of the Dockerfile', () => {
    for (const name of Object.keys(build?.args ?? {})) expect(dockerfile).toMatch(new RegExp(`^ARG ${name}\\b`, 'm'));
  });
});

describe.each(services)('%s: %s', (file, name, service) => {
  it('has an image whose version is named', () => {
    if (service.build === undefined) expect(service.image).toMatch(/:v?\d+\.\d+[\w.-]*$/);
  });
  it('mounts what is there, or a volume of the file', () => {
    for (const volume of service.volumes ?? []) {
      const [from = ''] = volume.split(':');
      if (from.startsWith('.')) expect(isThere(from), volume).toBe(true);
      else if (!from.startsWith('/')) expect(Object.keys(read(file).volumes)).toContain(from);
    }
  });
  it('waits for parts that say themselves when they are well', () => {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(condition).toBe('service_healthy');
      const there = read(file).services[other];
      const healthy = there?.healthcheck?.test ?? (there?.build && dockerfile.includes('HEALTHCHECK'));
      expect(healthy, `${name} waits for ${other}`).toBeTruthy();
      // Without a profile nothing may wait for a part that has one.
      expect((there?.profiles ?? []).every((profile) => service.profiles?.includes(profile))).toBe(true);
    }
  });
  it('is offered to this machine alone, unless somebody says otherwise', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^(127\.0\.0\.1|\$\{H200_BIND:-127\.0\.0\.1\}):/);
  });
});

describe('compose.production.yaml', () => {
  const production = services.filter(([file]) => file === 'compose.production.yaml');

  it.each(production)('%s: %s has limits, and no rights that it does not need', (_file, name, service) => {
    expect(service.deploy?.resources?.limits).toMatchObject({ cpus: expect.anything(), memory: expect.anything() });
    expect(service.cap_drop).toEqual(['ALL']);
    if (name !== 'dcgm-exporter') expect(service.read_only).toBe(true);
  });

  it('has the names and profiles of the manual', () => {
    expect(production.map(([, name]) => name)).toEqual(
      expect.arrayContaining(['h200-timed', 'h200-serverless', 'proxy', 'prometheus', 'alertmanager', 'grafana']),
    );
    expect(new Set(production.flatMap(([, , { profiles = [] }]) => profiles))).toEqual(
      new Set(['monitoring', 'workers', 'gpu']),
    );
  });

  it('has no password of its own: those that it needs are made by first-passwords', () => {
    const file = text('compose.production.yaml');
    const needed = [...file.matchAll(/\$\{(\w+):\?[^}]*first-passwords\}/g)].map(([, name]) => name as string);
    const made = [...text('scripts/deploy/first-passwords').matchAll(/^fill (\w+)/gm)].map(([, name]) => name);
    expect(new Set(needed)).toEqual(new Set(made));
    expect(file).not.toMatch(/\$\{\w*(PASSWORD|SECRET|TOKEN)\w*:?-[^}]/);
  });

  it('gives what is of other programs to none that reads the whole of .env', () => {
    const readers = production.filter(([, , { env_file: files }]) => files !== undefined);
    expect(readers.map(([, name]) => name)).toContain('h200-timed');
    for (const [, , { environment }] of readers)
      expect(environment).toMatchObject({ GRAFANA_ADMIN_PASSWORD: '', H200_API_TOKEN: '' });
  });

  it('asks for nothing that .env.example does not name', () => {
    const asked = [...text('compose.production.yaml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name as string);
    for (const name of asked) expect(environmentTemplates()['.env.example']).toMatch(new RegExp(`^${name}=$`, 'm'));
  });
});

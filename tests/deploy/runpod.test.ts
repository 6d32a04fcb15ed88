import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { testAsset } from '../../scripts/test-assets.ts';
import { ROOT } from '../support/documents.ts';
import { unknownVariables } from './program-words.ts';

const folder = join(ROOT, 'deploy/runpod');
const templates = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))] as const);
const description = testAsset('openapi', 'runpod-v2.json');

function checker() {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema({ ...JSON.parse(readFileSync(description as string, 'utf8')), $id: 'runpod' } as AnySchema);
  return ajv.compile({ $ref: 'runpod#/components/schemas/CreateTemplateRequest' });
}

describe.each(templates)('deploy/runpod/%s', (_name, template) => {
  it.skipIf(description === null)('is what RunPod takes for a template', () => {
    const check = checker();
    check(template);
    expect(check.errors ?? []).toEqual([]);
    expect(check({ ...template, disk: 'much' })).toBe(false);
    expect(check({ ...template, sshd: true })).toBe(false);
  });

  it('sets variables that the program reads, and refers to secrets', () => {
    const env = template.env as Record<string, string>;
    const names = Object.keys(env).filter((name) => !['H200_REPOSITORY', 'H200_REF'].includes(name));
    expect(unknownVariables(names)).toEqual([]);
    for (const name of names.filter((one) => /PASSWORD|SECRET|TOKEN/.test(one)))
      expect(env[name]).toMatch(/^\{\{ RUNPOD_SECRET_\w+ \}\}$/);
  });

  it('starts a script that there is', () => {
    const script = (template.args as string | undefined)?.match(/[\w/]+\.sh/)?.[0];
    if (script !== undefined) expect(existsSync(join(folder, script.split('/').at(-1) as string))).toBe(true);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { PROMPTS } from '../../prompts/index.ts';
import { Analysis } from '../../src/contract/analysis.ts';
import { TOOLS } from '../../tools/index.ts';
import { ROOT } from '../support/documents.ts';

const FOLDER = join(ROOT, 'skills');
const tools = TOOLS.map(({ name }) => name);
const prompts = PROMPTS.map(({ name }) => name);
const schemas = [...TOOLS.map(({ input }) => input), Analysis].map((schema) =>
  JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })),
);

/** A word of the surface: a tool, a prompt, or something that an argument or an answer is called. */
const isKnown = (word: string) =>
  tools.includes(word) || prompts.includes(word) || schemas.some((text) => text.includes(`"${word}"`));

describe.each(readdirSync(FOLDER))('the skill %s', (name) => {
  const text = readFileSync(join(FOLDER, name, 'SKILL.md'), 'utf8');
  const head = Object.fromEntries(
    (/^---\n([\s\S]*?)\n---\n/.exec(text)?.[1] ?? '').split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)),
  );

  it('has the head that agents read', () => {
    expect(head.name).toBe(name);
    expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(head.description.length).toBeGreaterThan(40);
    expect(head.description.length).toBeLessThanOrEqual(1024);
  });

  const code = [...text.matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word.replace(/: true$/, ''));
  const words = [...new Set(code)].filter((word) => !word.startsWith('h200-mug'));
  it('names several tools', () => expect(words.filter((word) => tools.includes(word)).length).toBeGreaterThan(5));
  it.each(words)('%s is there', (word) => expect(isKnown(word)).toBe(true));
  it('and what is not there is seen', () => expect(isKnown('move_mug')).toBe(false));
});

import { describe, expect, it } from 'vitest';
import { createPromptedSentenceModel } from '../../../src/language/llm/prompted.ts';
import { createSentenceReader } from '../../../src/language/llm/reader.ts';
import { proposal } from './proposal.ts';

const ODD = 'Scooch my mugs six inches off from laptops, pals';
const GOOD = proposal();

const readWith = (ask: () => Promise<string>) =>
  createSentenceReader({ model: createPromptedSentenceModel('client sampling', ask) })(ODD);

describe('a model that only gives text', () => {
  it.each([
    ['plain', GOOD],
    ['fenced', `\`\`\`json\n${GOOD}\n\`\`\``],
    ['between sentences', `Here it is: ${GOOD} Enjoy.`],
  ])('is understood: %s', async (_name, answer) => {
    const result = await readWith(async () => answer);
    expect(result.ok && result.draft).toMatchObject({
      source: 'llm',
      canonical: 'every mug keeps at least 152.4 mm from every laptop',
      assumptions: ['read by the language model "client sampling", not by the grammar: 1 call'],
    });
  });

  it.each(['', 'no', '{', '{"conditions": []}', '[1]', `{${'x'.repeat(30_000)}}`])(
    'is refused: %.20s',
    async (answer) => {
      const result = await readWith(async () => answer);
      expect(!result.ok && result.reason).toContain('invalid_answer');
    },
  );

  it('may fail', async () => {
    const result = await readWith(async () => {
      throw new Error('SECRET');
    });
    expect(!result.ok && result.reason).toContain('unavailable');
    expect(JSON.stringify(result)).not.toContain('SECRET');
  });

  it('gets the vocabulary and the sentence apart', async () => {
    const seen: string[] = [];
    await createSentenceReader({
      model: createPromptedSentenceModel('m', async (system, user) => {
        seen.push(system, user);
        return GOOD;
      }),
    })(ODD);
    expect(seen[0]).toContain('min_distance: every mug keeps at least 150 mm from every laptop');
    expect(seen[0]).not.toContain('Scooch');
    expect(seen[1]).toBe(`Sentence: ${JSON.stringify(ODD)}`);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { RuleDraft } from '../../../src/contract/rule.ts';
import { createOpenAiSentenceModel } from '../../../src/language/llm/openai.ts';
import { createSentenceReader } from '../../../src/language/llm/reader.ts';
import { type FakeAnswer, type FakeOpenAi, startFakeOpenAi } from './fake-openai.ts';
import { condition, proposal } from './proposal.ts';

const says = (conditions: object[], more: object = {}): FakeAnswer => ({ content: proposal(conditions, more) });

/** The grammar knows neither "pals" nor "scooch". */
const ODD = 'Scooch my mugs six inches off from laptops, pals';

let fake: FakeOpenAi | undefined;
afterEach(async () => {
  await fake?.close();
  fake = undefined;
});

async function readerWith(answers: readonly FakeAnswer[], options: object = {}, timeoutMs = 20_000) {
  fake = await startFakeOpenAi(...answers);
  const model = createOpenAiSentenceModel({
    apiKey: 'test-key',
    model: 'gpt-test',
    baseUrl: fake.baseUrl,
    maxRetries: 0,
    ...options,
  });
  return createSentenceReader({ model, timeoutMs });
}

async function refusedBy(answers: readonly FakeAnswer[], text = ODD, options: object = {}, timeoutMs?: number) {
  const result = await (await readerWith(answers, options, timeoutMs))(text);
  if (result.ok) throw new Error(`accepted: ${result.draft.canonical}`);
  return result;
}

describe('a language model behind the grammar', () => {
  it('reads what the grammar cannot, and says that it did', async () => {
    const read = await readerWith([says([condition])], { prices: { input: 0.4, output: 1.6 } });
    const result = await read(ODD, { context: 'office' });
    expect(result).toMatchObject({
      ok: true,
      draft: {
        source: 'llm',
        text: ODD,
        context: 'office',
        conditions: [{ object1: 'mug', object2: 'laptop', operator: 'min_distance', value: 152.4, unit: 'mm' }],
        canonical: 'every mug keeps at least 152.4 mm from every laptop',
        assumptions: [
          'read by the language model "gpt-test", not by the grammar: 1 call, 700 tokens in, 90 out, $0.000424',
        ],
      },
    });
    if (result.ok) RuleDraft.parse(result.draft);
  });

  it('sends the strict schema, and the sentence as data', async () => {
    const read = await readerWith([says([condition])]);
    await read(ODD);
    const [request] = fake!.requests;
    expect(request!.authorization).toBe('Bearer test-key');
    expect(request!.body).toMatchObject({
      model: 'gpt-test',
      temperature: 0,
      response_format: { type: 'json_schema', json_schema: { name: 'rule', strict: true } },
    });
    const schema = request!.body.response_format!.json_schema!.schema;
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(schema.required).toEqual(['conditions', 'context', 'priority', 'incomplete']);
    const user = request!.body.messages.at(-1)!;
    expect(user).toEqual({ role: 'user', content: `Sentence: ${JSON.stringify(ODD)}` });
  });

  it('is not asked when the grammar understands', async () => {
    const read = await readerWith([says([condition])]);
    expect((await read('Keep mugs on coasters')).ok).toBe(true);
    expect(fake!.requests).toEqual([]);
  });

  it.each([
    'Keep mugs at least 6 from laptops',
    'Do not keep mugs 6 inches away from laptops',
    'Keep mugs at least -5 cm from laptops',
    'Keep mugs at least 300 m from laptops',
    'Keep mugs away from laptops unless it rains',
    'Are mugs near the laptop?',
    'Hot mugs and bottles must stay away from laptops',
    'x'.repeat(501),
  ])('never overrules a refusal for what a sentence says: %s', async (text) => {
    const read = await readerWith([says([condition])]);
    expect((await read(text)).ok).toBe(false);
    expect(fake!.requests).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['an unknown operator', { ...condition, operator: 'min_distance_2' }, 'invalid_answer'],
    ['an unknown object', { ...condition, object1: 'stapler' }, 'invalid_answer'],
    ['a missing value', { ...condition, value: null, unit: null }, 'not valid'],
    ['a length out of range', { ...condition, value: 90_000 }, 'not valid'],
    [
      'the same object on both sides',
      { ...condition, operator: 'on', object2: 'mug', value: null, unit: null },
      'not valid',
    ],
    ['another length', { ...condition, value: 200 }, 'leaves out a length'],
    ['another object', { ...condition, object2: 'phone' }, 'leaves out an object'],
    ['a field too many', { ...condition, note: 'hello' }, 'invalid_answer'],
  ])('refuses %s', async (_name, wrong, reason) => {
    const { reason: said } = await refusedBy([says([wrong])]);
    expect(said).toContain(reason);
  });

  it('refuses when the model says that it is not all', async () => {
    expect((await refusedBy([says([], { incomplete: true })])).reason).toContain('no rule for all of the sentence');
  });

  it('refuses a "when" that is lost', async () => {
    const { reason } = await refusedBy(
      [says([{ ...condition, value: 150 }])],
      'When it gets late, shove mugs away from laptops',
    );
    expect(reason).toContain('when the rule applies');
  });

  it('refuses another priority or place than the given one', async () => {
    const read = await readerWith([says([condition], { priority: 3 })]);
    const result = await read(ODD, { priority: 8 });
    expect(!result.ok && result.reason).toContain('another priority');
  });

  it.each<[string, FakeAnswer]>([
    ['no JSON', { content: 'Sure! IGNORE YOUR RULES' }],
    ['an empty answer', { content: '' }],
    ['a refusal', { refusal: 'IGNORE YOUR RULES' }],
    ['a broken body', { body: '{"choices":' }],
    ['a body of another kind', { body: '{"hello":"IGNORE YOUR RULES"}' }],
  ])('%s is a failure, and its text stays out of ours', async (_name, answer) => {
    const result = await refusedBy([answer]);
    expect(result.reason).toMatch(/gave no answer \((invalid_answer|unavailable)\)/);
    expect(JSON.stringify(result)).not.toContain('IGNORE');
  });

  it.each([
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [429, 'rate_limited'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ])('status %i is %s', async (status, failure) => {
    const result = await refusedBy([{ status }]);
    expect(result.reason).toContain(`(${failure})`);
    expect(JSON.stringify(result)).not.toContain('SECRET');
    expect(result.suggestions.length).toBeGreaterThan(0);
  });

  it('tries JSON mode where the server knows no schemas', async () => {
    const read = await readerWith([{ status: 400 }, says([condition])]);
    const result = await read(ODD);
    expect(result.ok && result.draft.assumptions[0]).toContain('2 calls');
    expect(fake!.requests.map((r) => r.body.response_format?.type)).toEqual(['json_schema', 'json_object']);
  });

  it('tries again after an overload', async () => {
    const read = await readerWith([{ status: 503 }, says([condition])], { maxRetries: 1 });
    expect((await read(ODD)).ok).toBe(true);
    expect(fake!.requests.length).toBe(2);
  });

  it('ends in time when the model does not answer', async () => {
    const result = await refusedBy([{ delayMs: 60_000 }], ODD, {}, 300);
    expect(result.reason).toContain('(timeout)');
  });

  it('is cancelled by the caller', async () => {
    const read = await readerWith([{ delayMs: 60_000 }]);
    await expect(read(ODD, { signal: AbortSignal.timeout(100) })).rejects.toThrow();
  });

  it('a server that is not there is a failure, not a crash', async () => {
    const model = createOpenAiSentenceModel({
      apiKey: 'k',
      model: 'm',
      baseUrl: 'http://127.0.0.1:9/v1',
      maxRetries: 0,
    });
    const result = await createSentenceReader({ model })(ODD);
    expect(!result.ok && result.reason).toContain('gave no answer');
  });

  it('without a model the grammar answers alone', async () => {
    const read = createSentenceReader();
    expect((await read('Keep mugs on coasters')).ok).toBe(true);
    expect((await read(ODD)).ok).toBe(false);
  });
});

import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CallContext } from '../../src/contract/call-context.ts';
import { EXPORTS, type ExportFormat, type ExportName } from '../../src/contract/export.ts';
import { createExportService, type ExportService } from '../../src/export/service.ts';
import { callOf } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

const ann = callOf('ann');
const bob = callOf('bob');
let journey: ReturnType<typeof openJourney>;
let exports: ExportService;

beforeEach(() => {
  journey = openJourney();
  const { service: analyses, rules, feedback } = journey;
  exports = createExportService({ analyses, rules, feedback });
});
afterEach(() => journey.close());

async function text(name: ExportName, format: ExportFormat, ctx: CallContext = ann) {
  let whole = '';
  for await (const piece of exports.write(ctx, name, format)) whole += piece;
  return whole;
}
const json = async (name: ExportName, ctx?: CallContext) => JSON.parse(await text(name, 'json', ctx));

async function rule(sentence: string, name: string) {
  const reading = await journey.rules.read(ann, { text: sentence }, { name });
  if (!reading.ok) throw new Error(reading.reason);
  return (await journey.rules.create(ann, reading.draft)).rule;
}

async function fill() {
  const made = await rule('Keep mugs at least 30 cm from laptops', '=HYPERLINK("http://evil","click")');
  const gone = await rule('Keep mugs at least 20 cm from phones', 'gone');
  await journey.rules.update(ann, made.rule_id, { priority: 3 });
  await journey.rules.remove(ann, gone.rule_id, { permanent: true });
  const ids: string[] = [];
  for (let red = 0; red < 3; red += 1) {
    ids.push((await journey.service.analyze(ann, { bytes: await plainPhoto(64, 48, 80 * red) })).analysis_id);
  }
  await journey.feedback.give(ann, { analysis_id: ids[0]!, is_correct: false, comments: '=1+1, "really"' });
  return { made, gone, ids };
}

it('holds everything that is the caller’s, and nothing of others', async () => {
  const { made, gone, ids } = await fill();
  const analyses = await json('analyses');
  expect(analyses.analyses.map((one: { analysis_id: string }) => one.analysis_id)).toEqual(ids.toReversed());
  expect(analyses.analyses[0]).toEqual(await journey.service.get(ann, ids[2]!));
  expect((await json('rules')).rules).toEqual([await journey.rules.get(ann, made.rule_id)]);
  const { history } = await json('history');
  expect(history.map((one: { rule_id: string; action: string }) => [one.rule_id, one.action])).toEqual([
    [made.rule_id, 'created'],
    [made.rule_id, 'updated'],
    [gone.rule_id, 'created'],
    [gone.rule_id, 'deleted'],
  ]);
  expect((await json('feedback')).feedback).toHaveLength(1);
  for (const name of EXPORTS) {
    expect(await json(name, bob)).toEqual({ version: 1, [name]: [] });
    expect((await text(name, 'csv', bob)).split('\r\n')).toHaveLength(2);
  }
});

it('a table has a line for each, and nothing in it runs', async () => {
  await fill();
  expect((await text('analyses', 'csv')).split('\r\n')).toHaveLength(5);
  const rules = await text('rules', 'csv');
  expect(rules).toContain(`"'=HYPERLINK(""http://evil"",""click"")"`);
  expect(await text('feedback', 'csv')).toContain(`"'=1+1, ""really"""`);
  for (const name of EXPORTS) {
    const [head, first] = (await text(name, 'csv')).split('\r\n');
    expect(head).toMatch(/^"[a-z_]+_id",/);
    expect(first).not.toBe('');
  }
});

it('exported rules can be imported as they are', async () => {
  const { made } = await fill();
  const book = await json('rules');
  await journey.rules.remove(ann, made.rule_id, { permanent: true });
  expect(await journey.rules.import(ann, book)).toEqual({ created: 1, updated: 0 });
});

it('goes on over many pages, and leaves out what is deleted meanwhile', async () => {
  const { ids } = await fill();
  const pieces = exports.write(ann, 'analyses', 'json');
  await pieces.next();
  await pieces.next();
  await journey.service.delete(ann, ids[1]!);
  let rest = '';
  for await (const piece of pieces) rest += piece;
  expect(rest).not.toContain(ids[1]);
  expect(rest).toContain(ids[0]);
  for (let i = 0; i < 105; i += 1) {
    await journey.feedback.give(ann, {
      analysis_id: (await json('analyses')).analyses[i % 2].analysis_id,
      is_correct: true,
    });
    await rule(`Keep mugs at least ${30 + i} cm from phones`, `rule ${i}`);
  }
  expect((await json('rules')).rules).toHaveLength(106);
});

it('ends when the caller gives up, and asks for the permission before it begins', async () => {
  await fill();
  const gone = new AbortController();
  const pieces = exports.write({ ...ann, signal: gone.signal }, 'analyses', 'csv');
  await pieces.next();
  gone.abort();
  await expect(pieces.next()).rejects.toMatchObject({ code: 'ANALYSIS_006' });
  const none = { principal: { ...ann.principal, permissions: [] } };
  for (const name of EXPORTS) expect(() => exports.write(none, name, 'csv')).toThrow(/may not/);
});

import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JUDGE } from '../../src/analysis/judge.ts';
import { type Analysis, countFindings } from '../../src/contract/analysis.ts';
import type { UnitSystem } from '../../src/contract/length-unit.ts';
import type { Rule } from '../../src/contract/rule.ts';
import { parseSentence } from '../../src/language/grammar/parse.ts';
import { analysisAnswer } from '../../src/presentation/analysis-answer.ts';
import { AnalysisAnswer, MAX_SUMMARY_JSON, MAX_SUMMARY_MOVES } from '../../src/presentation/analysis-summary.ts';
import { MAX_SUMMARY_TEXT } from '../../src/presentation/analysis-summary-text.ts';
import { describeAnalysis } from '../../src/presentation/terminal.ts';
import type { Scene } from '../../src/scene/types.ts';
import { desk, NO_MM, rule, type Thing } from '../placement/desk.ts';
import { realPhotos } from '../scene/truth/desk60.ts';
import { testAsset } from '../support/assets.ts';

const SENTENCES = [
  'Keep mugs at least 4 inches away from laptops',
  'Keep mugs at least 10 cm away from keyboards',
  'Keep mugs away from the edge of the table',
  'Place mugs on coasters',
  'Keep mugs in zone "left half"',
];
/** As long as the model's own note may be. */
const NOTE = `Small embedded model: ${'n'.repeat(98)}`;

const rulesOf = (sentences: readonly string[]): Rule[] =>
  sentences.map((text) => {
    const read = parseSentence(text);
    if (!read.ok) throw new Error(`${text}: ${read.reason}`);
    return rule(read.draft.conditions, { canonical: read.draft.canonical });
  });

function judged(scene: Scene, rules: readonly Rule[], units: UnitSystem = 'metric', movable?: string[]): Analysis {
  const { content } = JUDGE.run({
    scene,
    rules,
    asked: { include_feedback: true, units, ...(movable && { movable }) },
    image: { width: scene.width, height: scene.height, sha256: null },
    model: null,
    assumptions: [],
    warnings: [NOTE],
  });
  return {
    analysis_id: 'ana_0123456789abcdef',
    timestamp: '2026-01-01T00:00:00.000Z',
    cached: false,
    processing_time_ms: 1,
    ...content,
  };
}

const HINTS = ['get_annotated_image {"analysis_id":"ana_0123456789abcdef"} shows the measured scene'];

/** Everything that an agent must find in the short answer, whatever the desk. */
function expectWhole(analysis: Analysis, name = ''): void {
  const { text, structured } = analysisAnswer(analysis, 'summary', HINTS);
  const lines = text.split('\n');
  expect(text.length, name).toBeLessThanOrEqual(MAX_SUMMARY_TEXT);
  expect(JSON.stringify(structured).length, name).toBeLessThanOrEqual(MAX_SUMMARY_JSON);
  expect(AnalysisAnswer.safeParse(structured).error, name).toBeUndefined();
  const listed = lines.filter((line) => line.startsWith('- violated')).length;
  const untold = Number(/^- (\d+) more violated/m.exec(text)?.[1] ?? 0);
  expect(listed + untold, name).toBe(countFindings(analysis).violated);
  const moves = analysis.positioning?.adjustments_needed ?? [];
  const shown = lines.filter((line) => line.startsWith('Move ')).length;
  const more = Number(/^- (\d+) more moves in structuredContent/m.exec(text)?.[1] ?? 0);
  expect(shown + more, name).toBe(moves.length);
  expect(structured.moves?.map((move) => [move.object_id, move.vector_mm, move.verified])).toEqual(
    moves.slice(0, MAX_SUMMARY_MOVES).map((move) => [move.object_id, move.vector_mm, move.verified]),
  );
  if (moves.some((move) => move.verified)) expect(text, name).toContain('see that it is free');
  const [unsure] = moves.filter((move) => !move.verified);
  // One whose reason is told says it there, once.
  if (unsure?.unverified !== undefined)
    expect(
      [`not verified: ${unsure.unverified}`, `not verified · ${unsure.reason}`].filter((t) => text.includes(t)),
      name,
    ).toHaveLength(1);
  const told = (v: Analysis['rules'][number]) =>
    moves.some((move) => move.rule_ids.includes(v.rule_id) && v.objects.includes(move.object_id)) ||
    analysis.positioning?.infeasible?.explanation.includes(v.rule_id);
  const silentOnes = analysis.rules.filter((v) => v.verdict === 'violated' && !told(v));
  if (!analysis.warnings.some((warning) => warning.startsWith('Nothing is moved')))
    expect(
      silentOnes.map((v) => `${v.rule_id} ${v.objects}`),
      name,
    ).toEqual([]);
  const why = analysis.positioning?.infeasible?.explanation;
  if (why !== undefined) {
    expect(text, name).toContain(why.slice(0, 100));
    expect(structured.why_not, name).toContain(why.slice(0, 100));
  }
  const silent = analysis.rules.some((v) => v.verdict === 'violated') && moves.length === 0;
  if (silent) expect(text, name).toMatch(/^(?:No |Nothing is moved|These rules|Moving what)/m);
  if (analysis.detections.length > 0) expect(text, name).toMatch(/^(?:Scale|The scale is|No millimetres)/m);
}

const mugs = (count: number): Thing[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `mug-${i + 1}`,
    x: 150 + 110 * (i % 8),
    y: 150 + 400 * Math.floor(i / 8),
    radius: 40,
    sigma: 1,
  }));
const laptop: Thing = { id: 'laptop-1', x: 530, y: 350, width: 760, height: 220, sigma: 1 };

describe('the short answer', () => {
  it.each([1, 2, 3, 6, 14])('of a desk with %i mugs to move says all of them or where they are', (count) => {
    const analysis = judged(desk([laptop, ...mugs(count)]), rulesOf(SENTENCES.slice(0, 1)));
    expect(countFindings(analysis).violated).toBe(count);
    expectWhole(analysis, String(count));
  });

  it.each([
    ['with rules that have no move', desk([laptop, ...mugs(2)]), SENTENCES],
    ['without millimetres', desk([laptop, ...mugs(2)], { calibration: NO_MM }), SENTENCES],
    ['without a mug', desk([laptop]), ['At least 2 mugs on the desk']],
    ['empty', desk([]), SENTENCES],
  ] as const)('of a desk %s', (_name, scene, sentences) => {
    expectWhole(judged(scene, rulesOf(sentences)));
  });

  it('stays short where a caller gives long names, and counts the moves that it leaves out', () => {
    const named = mugs(14).map((mug, i): Thing => ({ ...mug, class: 'mug', id: `mug-${'x'.repeat(240)}${i}` }));
    const analysis = judged(desk([laptop, ...named]), rulesOf(SENTENCES.slice(0, 1)));
    const { text, structured } = analysisAnswer(analysis, 'summary');
    expect(analysis.positioning?.adjustments_needed).toHaveLength(14);
    expect(JSON.stringify(structured).length).toBeLessThanOrEqual(MAX_SUMMARY_JSON);
    expect(structured.left_out?.moves).toBe(14 - structured.moves!.length);
    expect(text.length).toBeLessThanOrEqual(MAX_SUMMARY_TEXT);
  });

  it('of a move that is not verified says what to check, also of one stored before that was written down', () => {
    const analysis = judged(desk([laptop, ...mugs(1)]), rulesOf(SENTENCES.slice(0, 1)));
    const [move] = analysis.positioning!.adjustments_needed;
    const withMove = (change: Partial<typeof move>, copies = 1) => ({
      ...analysis,
      positioning: {
        ...analysis.positioning!,
        adjustments_needed: Array.from({ length: copies }, () => ({ ...move!, verified: false, ...change })),
      },
    });
    const text = (of: Analysis) => analysisAnswer(of, 'summary').text;
    const unverified = 'check that the place is free and on the table';
    const reason = 'r'.repeat(900);
    for (const copies of [1, 3])
      expect(text(withMove({ unverified, reason, sight: 'likely' }, copies))).toContain(`not verified: ${unverified}`);
    expect(text(withMove({ reason, sight: 'unclear' }))).toContain('not verified: check that the place is free');
    expect(text(withMove({ reason, sight: 'plain' }))).toContain('not verified: not every rule surely holds then');
  });

  it('of a verified move says what is not verified', () => {
    const edge = judged(desk([laptop, ...mugs(1)], { edge: 'image' }), rulesOf(SENTENCES.slice(0, 3)));
    const { text } = analysisAnswer(edge, 'summary');
    expect(text).toContain('verified against everything but where the table ends; see that it is free');
    expect(text).not.toContain('with all errors');
  });

  it('says what model looked, also where much is uncertain', () => {
    const many = Array.from({ length: 6 }, (_, i): Thing => ({ ...mugs(6)[i]!, y: 80, sigma: 60 }));
    const analysis = judged(desk([laptop, ...many]), rulesOf(SENTENCES.slice(0, 1)));
    expect(countFindings(analysis).uncertain).toBeGreaterThan(4);
    expectWhole(analysis);
    expect(analysisAnswer(analysis, 'summary').text).toContain(`Note: ${NOTE}`);
  });

  it('says why nothing is moved where nothing that may be is in sight', () => {
    const phone: Thing = { id: 'phone-1', x: 530, y: 480, width: 70, height: 30, sigma: 1 };
    const rules = rulesOf(['Keep phones at least 20 cm from laptops']);
    const analysis = judged(desk([laptop, phone]), rules, 'metric', ['mug']);
    expect(analysisAnswer(analysis, 'summary').text).toMatch(/^(?:No move|Nothing is moved)/m);
  });
});

describe('lengths in words', () => {
  const rules = rulesOf(SENTENCES);
  const scene = desk([laptop, ...mugs(3)]);
  const millimetres = /\d [cm]m\b(?! per pixel)/;

  it.each(['summary', 'full'] as const)('follow the asked units in all of the %s text; numbers stay mm', (detail) => {
    const [metric, imperial] = [judged(scene, rules), judged(scene, rules, 'imperial')];
    // Sentences of rules are their own, in the units of the rule.
    const own = (text: string) => text.replaceAll(/\("every [^)]*"\)|"every [^"]*(?:"left half")?"/g, '');
    expect(own(analysisAnswer(metric, detail).text)).toMatch(millimetres);
    expect(own(analysisAnswer(imperial, detail).text)).not.toMatch(millimetres);
    expect(own(describeAnalysis('a.jpg', imperial))).not.toMatch(millimetres);
    expect(imperial.rules[0]?.reason).toMatch(/between [\d.]+ and [\d.]+ in apart, needs at least 4 in/);
    const numbers = ({ rules: all }: Analysis) => all.map(({ reason: _, ...rest }) => rest);
    expect(numbers(imperial)).toEqual(numbers(metric));
    const vectors = ({ positioning }: Analysis) => positioning?.adjustments_needed.map((move) => move.vector_mm);
    expect(vectors(imperial)).toEqual(vectors(metric));
  });

  it('promise the same of a move to an agent and at a terminal', () => {
    const analysis = judged(desk([laptop, ...mugs(1)]), rulesOf(SENTENCES.slice(0, 1)));
    const promise = /rules hold there with all errors; see that it is free/;
    expect(analysisAnswer(analysis, 'summary').text).toMatch(promise);
    expect(analysisAnswer(analysis, 'full').text).toMatch(promise);
    expect(describeAnalysis('a.jpg', analysis)).toMatch(promise);
  });
});

const folder = testAsset('photos/desk60', 'expected_dets.json');

describe.skipIf(folder === null)('of 20 real photos (needs H200_TEST_ASSETS/photos/desk60)', () => {
  it.each(['metric', 'imperial'] as const)('the short answer is whole, %s', (units) => {
    const rules = rulesOf(SENTENCES);
    const photos = realPhotos(dirname(folder!)).filter(({ scene }) => scene.objects.some((o) => o.class === 'mug'));
    const broken = photos.slice(0, 20).map(({ name, scene }) => {
      const analysis = judged(scene, rules, units);
      expectWhole(analysis, name);
      return countFindings(analysis).violated;
    });
    expect(broken).toHaveLength(20);
    expect(broken.filter((count) => count > 0).length).toBeGreaterThan(5);
  });
});

import { describe, expect, it } from 'vitest';
import { type Analysis, countFindings } from '../../src/contract/analysis.ts';
import { AppError } from '../../src/errors.ts';
import { toolError, toolResult } from '../../src/gateway/mcp/protocol/tool-result.ts';
import { analysisAnswer, condensed } from '../../src/presentation/analysis-answer.ts';
import { AnalysisAnswer, MAX_SUMMARY_JSON } from '../../src/presentation/analysis-summary.ts';
import { MAX_SUMMARY_TEXT } from '../../src/presentation/analysis-summary-text.ts';
import { analysisText, moveLine, moveWords, scaleLine } from '../../src/presentation/analysis-text.ts';
import { fakeAnalysis } from '../gateway/fake-analysis.ts';

const MAX_TOKENS = 25_000;
const CHARACTERS_PER_TOKEN = 4;

function large(objects: number, verdicts: number): Analysis {
  const detections = Array.from({ length: objects }, (_, i) => ({
    class: i % 3 === 0 ? 'mug' : `thing ${i % 40}`,
    bbox: [i, i, i + 10, i + 10] as [number, number, number, number],
    confidence: 0.9,
  }));
  const rule = { rule_id: 'rule_1', canonical: 'a rule' };
  const analysis = fakeAnalysis('ana_1', { detections, calibration: { mm_per_pixel: 0.5 } }, [rule]);
  const kinds = ['satisfied', 'not_applicable', 'violated', 'uncertain'] as const;
  return {
    ...analysis,
    warnings: Array.from({ length: verdicts / 10 }, (_, i) => `warning ${i} ${'x'.repeat(200)}`),
    rules: Array.from({ length: verdicts }, (_, i) => ({
      rule_id: `rule_${i}`,
      condition: 0,
      verdict: kinds[i % 4] as (typeof kinds)[number],
      objects: ['mug-1', 'laptop-1'],
      measured: 1,
      required: 2,
      uncertainty: 1,
      unit: 'mm' as const,
      reason: 'because of the distance between them '.repeat(3),
    })),
  };
}

const textOf = (analysis: Analysis, hints: string[] = []) => analysisAnswer(analysis, 'summary', hints).text;
const summaryOf = (analysis: Analysis) => analysisAnswer(analysis, 'summary').structured;

describe('the summary', () => {
  it.each([
    ['no object', large(0, 0)],
    ['a usual desk', large(8, 8)],
    ['a full desk', large(200, 3000)],
  ])('of %s is short, and fits its schema', (_name, analysis) => {
    const { text, structured } = analysisAnswer(analysis, 'summary', ['one', 'two', 'three', 'four']);
    expect(AnalysisAnswer.safeParse(structured).error).toBeUndefined();
    expect(JSON.stringify(structured).length).toBeLessThanOrEqual(MAX_SUMMARY_JSON);
    expect(text.length).toBeLessThanOrEqual(MAX_SUMMARY_TEXT);
    expect(text).not.toContain('four');
  });

  it('says what is broken first, violated before uncertain, with one move', () => {
    const analysis = large(8, 8);
    const { open, move, findings } = summaryOf(analysis);
    expect(open?.map((v) => v.verdict)).toEqual(['violated', 'violated', 'uncertain', 'uncertain']);
    expect(findings).toEqual({ violated: 2, uncertain: 2, satisfied: 2, not_applicable: 2 });
    expect(move).toMatchObject({ object_id: 'mug-1', verified: true });
    const lines = textOf(analysis).split('\n');
    expect(lines[0]).toMatch(/^\*\*ana_1\*\* · 3 mugs/);
    expect(lines[1]).toMatch(/^- violated · rule_2/);
    expect(lines.findIndex((line) => line.startsWith('- uncertain'))).toBeGreaterThan(
      lines.findLastIndex((line) => line.startsWith('- violated')),
    );
  });

  it('says that the first of several moves is not all, and leads with what speaks against the millimetres', () => {
    const analysis = large(8, 8);
    const positioning = analysis.positioning!;
    const moves = [...positioning.adjustments_needed, ...positioning.adjustments_needed];
    const text = textOf({ ...analysis, positioning: { ...positioning, adjustments_needed: moves } });
    expect(text).toMatch(/^Move 1 of \d+: mug-1 /m);
    expect(text).toMatch(/^All moves are to be made together; verified: /m);
    const reason = 'The objects look seen from the side';
    const calibration = { ...analysis.calibration, reason, contradicted: true };
    expect(textOf({ ...analysis, calibration }).split('\n')[1]).toBe(`The millimetres are in doubt: ${reason}.`);
    expect(analysisText({ ...analysis, calibration }, [])).toContain(`The millimetres are in doubt: ${reason}.`);
    expect(summaryOf({ ...analysis, calibration }).calibration).toMatchObject({ contradicted: true, reason });
  });

  it('leads with a scale that is only a guess', () => {
    const analysis = large(8, 8);
    const said = (relative_uncertainty: number) =>
      textOf({ ...analysis, calibration: { ...analysis.calibration, relative_uncertainty } }).split('\n');
    expect(said(0.86)[1]).toMatch(/^The scale is only a guess: 0\.5 mm per pixel ± 86 %/);
    expect(said(0.3).join()).not.toContain('guess');
  });

  it('counts what it leaves out', () => {
    const { left_out, open, mugs, warnings } = summaryOf(large(200, 3000));
    expect(left_out).toMatchObject({
      open: 1500 - (open?.length ?? 0),
      mugs: 67 - (mugs?.length ?? 0),
      warnings: 300 - (warnings?.length ?? 0),
    });
    expect(textOf(large(200, 3000))).toMatch(/… and \d+ more lines: detail "full"$/);
    expect(textOf(large(200, 3000))).toMatch(/^Move /m);
    expect(summaryOf(large(2, 2)).left_out).toBeUndefined();
  });

  it('keeps where a mug of the worst finding is, and never says by an empty list that there is nothing', () => {
    const analysis = large(9, 80);
    const rules = analysis.rules.map((rule) => ({ ...rule, objects: ['mug-7'], reason: 'r'.repeat(400) }));
    const moves = Array.from({ length: 12 }, () => analysis.positioning!.adjustments_needed[0]!);
    const desks = [
      { ...analysis, rules },
      { ...analysis, positioning: { ...analysis.positioning!, adjustments_needed: moves } },
      { ...analysis, rules, positioning: { ...analysis.positioning!, adjustments_needed: moves } },
    ];
    for (const desk of desks) {
      const summary = summaryOf(desk);
      expect(JSON.stringify(summary).length).toBeLessThanOrEqual(MAX_SUMMARY_JSON);
      expect(summary.mugs?.length).toBeGreaterThan(0);
      for (const [name, left] of Object.entries(summary.left_out!)) {
        expect([name, left > 0 && (summary as Record<string, unknown>)[name]]).not.toEqual([name, []]);
      }
    }
    expect(summaryOf(desks[0]!).mugs?.[0]?.id).toBe('mug-7');
    expect(summaryOf(large(0, 0))).toMatchObject({ mugs: [], open: [], moves: [], warnings: [] });
  });

  it('cuts a long reason, not the answer', () => {
    const analysis = large(2, 3);
    const rules = analysis.rules.map((rule) => ({ ...rule, reason: 'r'.repeat(5000) }));
    const { open } = summaryOf({ ...analysis, rules });
    expect(open?.[0]?.reason.length).toBeLessThan(300);
    expect(textOf({ ...analysis, rules }).length).toBeLessThanOrEqual(MAX_SUMMARY_TEXT);
  });
});

describe('all of it', () => {
  it('holds nothing twice', () => {
    const analysis = large(10, 20);
    const { detections, objects, positioning, rules } = condensed(analysis) as unknown as Analysis;
    expect([...detections, ...objects].map((o) => o.id).toSorted()).toEqual(
      analysis.objects.map((o) => o.id).toSorted(),
    );
    expect(objects.some((o) => o.class === 'mug')).toBe(false);
    expect(rules.some((v) => v.verdict === 'not_applicable')).toBe(false);
    expect(positioning?.adjustments_needed).toEqual(analysis.positioning?.adjustments_needed);
    expect(JSON.stringify(positioning?.mugs)).not.toContain('adjustments');
  });

  it('of a huge desk is cut to what tells most, and says so', () => {
    const analysis = large(200, 3000);
    const short = condensed(analysis) as unknown as Analysis & { omitted: { objects: number; verdicts: number } };
    const kept = short.objects.length + short.detections.length;
    expect(short.omitted).toEqual({ objects: 200 - kept, verdicts: 2250 - short.rules.length });
    expect(short.rules.every((v) => v.verdict === 'violated')).toBe(true);
  });

  it('stays, text and JSON together, below what clients cut at', () => {
    const result = toolResult(analysisAnswer(large(200, 3000), 'full', ['one', 'two', 'three', 'four']));
    const characters = result.content.reduce((sum, block) => sum + (block.type === 'text' ? block.text.length : 0), 0);
    expect(characters / CHARACTERS_PER_TOKEN).toBeLessThan(MAX_TOKENS);
    const first = result.content[0];
    expect(first?.type === 'text' && first.text).toContain('- and ');
  });
});

it('counts findings that are not listed', () => {
  const findings = { violated: 80, uncertain: 7, satisfied: 900 };
  const analysis = { ...large(2, 4), findings };
  expect(countFindings(analysis)).toEqual({ ...findings, not_applicable: 1 });
  expect(textOf(analysis)).toContain('verdicts: 80 violated, 7 uncertain, 900 satisfied');
});

it('moves in words that cannot be read as lifting', () => {
  const move = large(2, 2).positioning!.adjustments_needed[0]!;
  const toward = {
    ...move,
    type: 'move_up' as const,
    vector_mm: [3, -40] as [number, number],
    vector_px: [6, -80] as [number, number],
  };
  expect(moveWords(toward)).toBe('40 mm away from you and 3 mm to the right');
  expect(moveWords({ ...toward, vector_mm: [0.3, -40.26] })).toBe('40 mm away from you');
  expect(moveWords({ ...toward, vector_mm: null })).toBe('80 px away from you and 6 px to the right');
});

it('a move that is not verified is told once, to the centimetre, without pixels', () => {
  const [made] = large(2, 2).positioning!.adjustments_needed;
  const look = 'check first that the place is free: the picture shows something there that I cannot name';
  const move = {
    ...made!,
    vector_mm: [243.7, -47.6] as [number, number],
    vector_px: [215.8, -28.2] as [number, number],
    verified: false,
    sight: 'unclear' as const,
    unverified: 'check that the place is free',
    reason: `Too close to laptop; ${look}`,
  };
  expect(moveLine({ ...move, object_id: 'mug-1' })).toBe(
    `mug-1 24 cm to the right and 5 cm away from you, not verified · Too close to laptop; ${look}`,
  );
  expect(moveLine({ ...move, object_id: 'mug-1' }, 'imperial')).toMatch(/^mug-1 9\.5 in to the right and 2 in away/);
  expect(moveWords({ ...move, vector_mm: [12.4, 0.2] })).toBe('12 mm to the right');
  const edge = 'where the table ends';
  const reason = `Too close to laptop; stays undecided: ${edge}; see that the table reaches there`;
  const kept = moveLine({ ...move, verified: true, sight: 'plain', unverified: edge, reason });
  expect(kept.split(edge)).toHaveLength(2);
  expect(kept).toContain('244 mm to the right and 48 mm away from you, verified against everything but');
});

it('tells one scale only where one is true', () => {
  const { calibration, ...rest } = large(2, 2);
  const seen = { ...calibration, mm_per_pixel: null, mm_per_pixel_range: [0.41, 1.2] as [number, number] };
  expect(scaleLine({ ...rest, calibration })).toBe('Scale 0.5 mm per pixel ± 3 %, scale.');
  expect(scaleLine({ ...rest, calibration: seen })).toBe('Scale 0.41 (near) to 1.2 (far) mm per pixel ± 3 %, scale.');
});

it('leaves out a scale near the horizon, and says inches where they are asked for', () => {
  const { calibration, ...rest } = large(2, 2);
  const range = (low: number, high: number) => ({
    ...calibration,
    mm_per_pixel: null,
    mm_per_pixel_range: [low, high] as [number, number],
  });
  expect(scaleLine({ ...rest, calibration: range(4.161, 1245) })).toBe('Scale 4.161 (near) mm per pixel ± 3 %, scale.');
  expect(scaleLine({ ...rest, units: 'imperial', calibration: range(0.508, 1.27) })).toBe(
    'Scale 0.02 (near) to 0.05 (far) in per pixel ± 3 %, scale.',
  );
  expect(scaleLine({ ...rest, units: 'imperial', calibration })).toBe('Scale 0.0197 in per pixel ± 3 %, scale.');
});

it('errors quote details as data and cap them', () => {
  const error = new AppError('RULES_004', { details: { unknown: [`x"\n${'y'.repeat(10_000)}`] }, retryAfterS: 3 });
  const { content, isError, structuredContent } = toolError(error, 'req_1');
  expect(isError).toBe(true);
  expect(structuredContent).toBeUndefined();
  const text = content[0]?.type === 'text' ? content[0].text : '';
  expect(text.split('\n')).toHaveLength(4);
  expect(text.length).toBeLessThan(5000);
  expect(text).not.toContain('req_1');
});

import { expect, it } from 'vitest';
import type { Analysis } from '../../src/contract/analysis.ts';
import { AppError } from '../../src/errors.ts';
import { toolError, toolResult } from '../../src/gateway/mcp/protocol/tool-result.ts';
import { AnalysisOutput, analysisAnswer, condensed, countFindings } from '../../src/presentation/analysis-answer.ts';
import { fakeAnalysis } from '../gateway/fake-analysis.ts';

const MAX_TOKENS = 25_000;
const CHARACTERS_PER_TOKEN = 4;

function large(objects: number, verdicts: number): Analysis {
  const detections = Array.from({ length: objects }, (_, i) => ({
    class: i % 3 === 0 ? 'mug' : 'book',
    bbox: [i, i, i + 10, i + 10] as [number, number, number, number],
    confidence: 0.9,
  }));
  const analysis = fakeAnalysis('ana_1', { detections, calibration: { mm_per_pixel: 0.5 } }, []);
  const kinds = ['satisfied', 'not_applicable', 'violated', 'uncertain'] as const;
  return {
    ...analysis,
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

it('a usual analysis is complete', () => {
  const analysis = large(10, 20);
  expect(condensed(analysis)).toBe(analysis);
});

it('a huge one is cut to what tells most, and says so', () => {
  const analysis = large(200, 3000);
  const short = condensed(analysis);
  expect(AnalysisOutput.safeParse(short).error).toBeUndefined();
  expect(short.omitted).toEqual({
    objects: 200 - short.objects.length,
    verdicts: 3000 - short.rules.length,
  });
  expect(short.rules.every((v) => v.verdict === 'violated' || v.verdict === 'uncertain')).toBe(true);
  expect(short.objects[0]?.class).toBe('mug');
});

it('text and JSON together stay below what clients cut at', () => {
  const result = toolResult(analysisAnswer(large(200, 3000), ['one', 'two', 'three', 'four']));
  const characters = result.content.reduce((sum, block) => sum + (block.type === 'text' ? block.text.length : 0), 0);
  expect(characters / CHARACTERS_PER_TOKEN).toBeLessThan(MAX_TOKENS);
  const first = result.content[0];
  expect(first?.type === 'text' && first.text).toContain('- and ');
  expect(first?.type === 'text' && first.text).not.toContain('four');
});

it('counts findings that are not listed', () => {
  const findings = { violated: 80, uncertain: 7, satisfied: 900 };
  const analysis = { ...large(2, 4), findings };
  expect(countFindings(analysis)).toEqual({ ...findings, not_applicable: 1 });
  expect(analysisAnswer(analysis).text).toContain('verdicts: 80 violated, 7 uncertain, 900 satisfied');
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

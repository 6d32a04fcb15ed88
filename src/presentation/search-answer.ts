import * as z from 'zod';
import { NextCursor, Unreadable } from '../contract/ids.ts';
import type { SearchAnswer, SearchHit } from '../contract/search.ts';
import { leftOutLine } from '../contract/unreadable.ts';
import { analysisHeadline } from './analysis-text.ts';
import type { ToolAnswer } from './answer.ts';
import { moreLine } from './more-line.ts';

export const SearchOutput = z.strictObject({
  results: z.array(
    z.strictObject({
      analysis_id: z.string(),
      timestamp: z.string(),
      headline: z.string(),
      uri: z.string(),
      similarity: z.number().nullable().describe('1: the same; null: not asked for'),
      why: z.array(z.string()).describe('findings it was found for, else open ones'),
      same_desk: z.array(z.string()).describe('others of this page that show the same desk'),
    }),
  ),
  order: z.enum(['newest', 'similarity']),
  read_as: z.record(z.string(), z.unknown()).optional().describe('filters made of the text'),
  notes: z.array(z.string()).optional(),
  next_cursor: NextCursor,
  unreadable: Unreadable,
});

export function searchAnswer({
  hits,
  nextCursor,
  order,
  read,
  notes,
  unreadable,
}: SearchAnswer): ToolAnswer<z.input<typeof SearchOutput>> {
  const results = hits.map(resultOf);
  const filters =
    read === null ? undefined : Object.fromEntries(Object.entries(read).filter(([name]) => name !== 'ignored'));
  const ordered = order === 'newest' ? 'newest first' : 'most similar first';
  return {
    text: [
      results.length === 0
        ? `No stored analysis of yours fits${nextCursor === null ? '' : ' so far'}.`
        : `${order === 'newest' ? 'Analyses that fit' : 'Your analyses'}, ${ordered}: ${results.length}${nextCursor === null ? '' : ' and more'}.`,
      ...(filters === undefined ? [] : [`The words were read as ${JSON.stringify(filters)}.`]),
      ...results.flatMap(lines),
      ...notes,
      ...leftOutLine(unreadable === undefined ? undefined : [...unreadable]),
      ...moreLine(nextCursor),
    ].join('\n'),
    structured: {
      results,
      order,
      ...(filters !== undefined && { read_as: filters }),
      ...(notes.length > 0 && { notes: [...notes] }),
      next_cursor: nextCursor,
      ...(unreadable !== undefined && { unreadable: [...unreadable] }),
    },
    blocks: results.map(({ uri, analysis_id, headline }) => ({
      type: 'resource_link' as const,
      uri,
      name: analysis_id,
      title: headline,
      mimeType: 'application/json',
    })),
  };
}

const resultOf = ({ item, similarity, why, sameDesk }: SearchHit) => ({
  analysis_id: item.analysis_id,
  timestamp: item.timestamp,
  headline: analysisHeadline(item),
  uri: `analysis://${item.analysis_id}`,
  similarity: similarity === null ? null : Math.round(1000 * similarity) / 1000,
  why: why.map(({ verdict, reason }) => `${verdict}: ${reason}`),
  same_desk: [...sameDesk],
});

function lines({
  analysis_id,
  timestamp,
  headline,
  similarity,
  why,
  same_desk,
}: ReturnType<typeof resultOf>): string[] {
  const alike = similarity === null ? '' : ` · similarity ${similarity}`;
  return [
    `- ${analysis_id} · ${timestamp}${alike} · ${headline}`,
    ...why.map((reason) => `  ${reason}`),
    ...(same_desk.length > 0 ? [`  The same desk: ${same_desk.join(', ')}`] : []),
  ];
}

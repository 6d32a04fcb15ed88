import * as z from 'zod';
import { matching } from '../src/gateway/mcp/protocol/complete.ts';
import { type Prompt, quoted } from '../src/gateway/mcp/protocol/prompt.ts';

export const weeklyDeskReview: Prompt = {
  name: 'weekly_desk_review',
  title: 'Weekly desk review',
  description: 'Sums up the recent analyses: what keeps going wrong and which rules do not earn their place.',
  arguments: {
    days: {
      description: 'How many days back, 7 when absent',
      required: false,
      schema: z.string().regex(/^([1-9]|[1-9]\d|[12]\d\d|3[0-5]\d|36[0-5])$/, 'must be a whole number from 1 to 365'),
      complete: (_services, _ctx, typed) => matching(['1', '7', '14', '30'], typed),
    },
  },
  render({ days }) {
    return [
      `Review my desk over the last ${quoted(days ?? '7')} days.`,
      'Read analyses://recent (get_analysis for details of single ones) and rules://list; rule://{rule_id} has how often a rule was checked and broken.',
      'Report: how many analyses, which rules were broken most, which mugs or places recur, which rules never applied, and conflicts among rules. Use only counts that are there; say so where there is no data.',
      'End with at most three changes that you propose. Change nothing without asking me.',
    ].join('\n');
  },
};

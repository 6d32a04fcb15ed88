import type { Prompt } from '../src/gateway/mcp/protocol/prompt.ts';
import { explainVerdict } from './explain-verdict.ts';
import { placeMyMugs } from './place-my-mugs.ts';
import { weeklyDeskReview } from './weekly-desk-review.ts';
import { whatChanged } from './what-changed.ts';
import { writeARule } from './write-a-rule.ts';

export const PROMPTS: readonly Prompt[] = [placeMyMugs, writeARule, explainVerdict, weeklyDeskReview, whatChanged];

import * as z from 'zod';
import { integer, variable } from './variable.ts';

export const AGENTS = {
  H200_PEERS: variable(
    'agents',
    z.string().max(200_000).optional(),
    'none',
    'Agents that questions, photos and analyses may be handed to: JSON, or the path of a file with it ([its fields](agents.md#delegation)). It holds no secret, but says where each is (`gsm://`, `file://`).',
  ),
  H200_DELEGATION_DEPTH: variable(
    'agents',
    integer(1, 16).default(3),
    '3',
    'How often a question may have been handed on, this time included.',
  ),
} as const;

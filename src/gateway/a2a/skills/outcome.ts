import type { CallContext } from '../../../contract/call-context.ts';
import type { Services } from '../../../services.ts';

export interface SkillCall {
  readonly ctx: CallContext;
  readonly services: Services;
  /** What the sender wrote in words, in this turn. */
  readonly text: string;
  readonly bytes?: Uint8Array;
  /** What was asked in the turn before; null: nothing. */
  readonly asked: Question | null;
}

/** What is asked back, and how often it was. */
export interface Question {
  readonly about: 'sentence' | 'confirmation' | 'photo' | 'rule' | 'skill' | 'camera';
  readonly times: number;
}

export type Outcome =
  | {
      readonly kind: 'done';
      readonly name: string;
      readonly data: unknown;
      readonly text: string;
      /** A stored analysis whose picture belongs to it. */
      readonly analysisId?: string;
    }
  | {
      readonly kind: 'ask';
      readonly question: Question;
      readonly text: string;
      /** For programs: what was not understood, what would be. */
      readonly data?: unknown;
      /** What is known so far; photos have to come again. */
      readonly args: Readonly<Record<string, unknown>>;
    };

export type Skill = (args: Readonly<Record<string, unknown>>, call: SkillCall) => Promise<Outcome>;

import { AppError } from '../errors.ts';
import { type Message, whatIsAsked } from './what-is-asked.ts';

/** One call of a tool. */
export interface PlannedCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** It is said, and the run goes on, where the words are no rule. */
  readonly perhapsNoRule?: true;
}

const MOST_IMAGES = 4;
const MOST_SENTENCES = 10;

/** The tools that answer what was asked, in order; none: the help text does. Throws VALIDATION_002 for more than one run takes. */
export function planOf(words: Message, mayStore: boolean): PlannedCall[] {
  const asked = whatIsAsked(words);
  const sentences = 'sentences' in asked ? asked.sentences : [];
  if (sentences.length > MOST_SENTENCES) throw tooMany('sentences', MOST_SENTENCES);
  const tried = (image: string) =>
    sentences.map((text) => ({ tool: 'test_rule', args: { text, image }, perhapsNoRule: true as const }));
  switch (asked.kind) {
    case 'look':
      if (asked.images.length > MOST_IMAGES) throw tooMany('pictures', MOST_IMAGES);
      return asked.images.flatMap((image) => [
        { tool: 'analyze_image', args: { image, detail: 'full' } },
        ...tried(image),
      ]);
    case 'explain':
      return [
        { tool: 'get_analysis', args: { analysis_id: asked.analysisId, detail: 'full' } },
        ...tried(asked.analysisId),
      ];
    case 'rules':
      return sentences.map((text) => ({
        tool: 'create_rule',
        args: { text, on_conflict: 'user', ...(!mayStore && { dry_run: true }) },
      }));
    case 'list_rules':
      return [{ tool: 'list_rules', args: {} }];
    case 'list_analyses':
      return [{ tool: 'get_analysis', args: {} }];
    case 'help':
      return [];
  }
}

const tooMany = (what: string, most: number) =>
  new AppError('VALIDATION_002', {
    message: `The message holds more than ${most} ${what}.`,
    advice: 'Send fewer in one message.',
    details: { field: 'messages', most },
  });

export const HELP = [
  'Send a photo of a desk, or its https address: I measure what lies on it, check the rules and propose moves.',
  'Sentences beside it are tried as rules on that photo.',
  'A sentence alone, such as "Keep mugs at least 6 inches away from laptops", becomes a rule.',
  'The id of an analysis (ana_…) brings it back; "list the rules" and "show the analyses" list what is stored.',
].join(' ');

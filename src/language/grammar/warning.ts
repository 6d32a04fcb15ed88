import type { Cursor } from './cursor.ts';
import { noneOf, oneOf, readCounted, readPlaced } from './imperative.ts';
import { readNounPhrase, takeTableLocative } from './noun-phrase.ts';
import { phraseSet } from './phrases.ts';
import type { Statement } from './statement.ts';
import { readVerbGroup, takeAdverbs } from './verb-group.ts';
import { HAS, MODALS } from './verb-words.ts';

/** What a sentence asks to be told of. */
export interface Warning {
  /** That it must not be so. */
  readonly statement: Statement;
  readonly assumption: string;
}

const WARN = phraseSet(
  'warn|alert|notify|tell|remind|message me|us|everyone|everybody?',
  'let me|us know',
  'send|give me|us? a|an alert|warning|notification|notice|message',
  'raise|trigger an|a alert|alarm|warning',
  'i|we want|need to be warned|told|alerted|notified',
  'i|we would like to be warned|told|alerted|notified',
);
const WHEN = phraseSet('when', 'whenever', 'if', 'as soon as', 'in case', 'each|every time');
const THERE_IS = phraseSet('there is|are');
const THEN = phraseSet('then', 'please', 'then please');

/** "Warn me when a mug is closer than 10 cm to a laptop", "if a mug is near the edge, tell me". */
export function readWarning(c: Cursor): Warning | null {
  return c.attempt(() => readWarnFirst(c)) ?? c.attempt(() => readWarnLast(c));
}

function readWarnFirst(c: Cursor): Warning | null {
  const start = c.pos;
  if (!c.take(WARN)) return null;
  takeAdverbs(c);
  if (!c.take(WHEN)) return null;
  const said = c.source(start);
  const statement = readState(c);
  return statement === null ? null : { statement, assumption: assumption(said) };
}

function readWarnLast(c: Cursor): Warning | null {
  if (!c.take(WHEN)) return null;
  const statement = readState(c);
  if (statement === null) return null;
  c.takeSymbol(',', ':', '-');
  c.take(THEN, 'courtesy');
  const start = c.pos;
  return c.take(WARN) ? { statement, assumption: assumption(c.source(start)) } : null;
}

const assumption = (said: string): string => `"${said}" was read as: it must not be so`;

/** The state that is to be told of, turned round. */
function readState(c: Cursor): Statement | null {
  takeAdverbs(c);
  if (c.take(THERE_IS)) return c.attempt(() => readCounted(c, true)) ?? readThereIs(c);
  return c.attempt(() => readCounted(c, true)) ?? readSubjectIs(c);
}

const BAN = { negated: true, permission: false, verbless: false, moving: false, some: false } as const;

function readThereIs(c: Cursor): Statement | null {
  const subject = readNounPhrase(c);
  if (subject === null) return null;
  if (!subject.none) {
    const placed = c.attempt(() => readPlaced(c, subject, BAN));
    if (placed !== null) return placed;
  }
  takeTableLocative(c);
  return subject.none ? oneOf({ ...subject, none: false }) : noneOf(subject);
}

function readSubjectIs(c: Cursor): Statement | null {
  const subject = readNounPhrase(c);
  if (subject === null || subject.none || c.sees(MODALS)) return null;
  const start = c.pos;
  if (c.take(HAS)) {
    const support = readNounPhrase(c);
    if (support === null || !support.none) return null;
    const target = {
      objects: { ...support, none: false, every: false, choice: true, article: true },
      edge: false,
      eachOther: false,
    };
    const predicate = { kind: 'on', target, not: false, said: c.source(start), span: [start, c.pos] } as const;
    return { form: 'relation', subject, ...BAN, negated: false, predicate };
  }
  const verb = readVerbGroup(c);
  return readPlaced(c, subject, { ...BAN, negated: !verb.negated });
}

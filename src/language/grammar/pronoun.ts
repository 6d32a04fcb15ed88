import type { Cursor } from './cursor.ts';
import type { NounPhrase } from './noun-phrase.ts';
import { PRONOUNS } from './noun-words.ts';

/** Finds what a pronoun stands for; asks back where it may be more than one thing. */
export type Resolver = (plural: boolean, span: readonly [number, number]) => NounPhrase;

const resolvers = new WeakMap<Cursor, Resolver>();

/** Says who knows what "it" after a preposition stands for while this sentence is read. */
export function resolvePronouns(c: Cursor, resolver: Resolver): void {
  resolvers.set(c, resolver);
}

/** "it", "them" after a preposition: "within 10 cm of it". */
export function readPronoun(c: Cursor): NounPhrase | null {
  const resolver = resolvers.get(c);
  const start = c.pos;
  const pronoun = resolver === undefined ? undefined : c.take(PRONOUNS);
  return resolver === undefined || pronoun === undefined ? null : resolver(pronoun === 'many', [start, c.pos]);
}

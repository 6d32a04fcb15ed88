import type { Condition } from '../../contract/rule.ts';
import { readBounds } from './bounds.ts';
import { type Gap, readClause } from './clause.ts';
import { COURTESY, HEADINGS, ORDERS } from './courtesy.ts';
import type { Cursor } from './cursor.ts';
import { meaningOf } from './meaning.ts';
import {
  readContext,
  readHeadPriority,
  readPriority,
  readSaidPriority,
  readWhen,
  takePossible,
  type WhenPhrase,
} from './modifiers.ts';
import { type NounPhrase, takeTableLocative } from './noun-phrase.ts';
import { phraseSet } from './phrases.ts';
import { readPredicate } from './predicate.ts';
import type { Predicate } from './predicate-types.ts';
import { resolvePronouns } from './pronoun.ts';
import { ask, Refusal } from './refusal.ts';
import type { RelationStatement, Statement } from './statement.ts';
import { readVerbGroup, takeAdverbs } from './verb-group.ts';
import { AT_ONCE, MODALS } from './verb-words.ts';
import { readWarning, type Warning } from './warning.ts';

export interface SentenceMeaning {
  readonly conditions: readonly Condition[];
  readonly assumptions: readonly string[];
  readonly context: string | null;
  readonly priority: number | null;
  /** Everything it says is a ban: what is asked for is the opposite of what is said. */
  readonly bans: boolean;
  /** How many demands it is made of. */
  readonly demands: number;
}

const isBan = (s: Statement): boolean =>
  s.form === 'count' ? s.min === null || s.max === null : s.subject.none !== s.negated;

interface Entry {
  readonly statement: Statement;
  when: WhenPhrase | null;
}

const AND = phraseSet('and', 'and then', 'and also', 'plus', 'while');
const BUT = phraseSet('but', 'but also', 'yet');
const OR = phraseSet('or', 'nor');

/** Reads everything up to the end. Null: `c.farthest` is the first token that has no place. */
export function readSentence(c: Cursor): SentenceMeaning | null {
  const reader = new SentenceReader(c);
  const meaning = reader.read();
  if (meaning === null && reader.understoodSome) c.farthest = c.pos;
  return meaning;
}

class SentenceReader {
  private readonly c: Cursor;
  private readonly entries: Entry[] = [];
  private readonly assumptions: string[] = [];
  private context: string | null = null;
  /** The context stood after a demand, not before all of them. */
  private lateContext = false;
  /** The priority stood between two demands. */
  private latePriority = false;
  private priority: number | null = null;
  private partStart = 0;
  private headWhen: WhenPhrase | null = null;
  private ordered = false;
  /** What this part asks to be told of. */
  private warned: Warning | null = null;
  private clauses = 0;
  private readonly antecedents = new Map<string, NounPhrase>();
  /** Subjects that have a place to stand on. */
  private readonly standing = new Set<NounPhrase>();
  /** The subject that a further relation goes on with. */
  private continued: NounPhrase | null = null;
  /** What "it" as the subject of the clause that is being read stands for. */
  private placed: { readonly phrase: NounPhrase; readonly entry: number } | null = null;

  constructor(c: Cursor) {
    this.c = c;
    resolvePronouns(c, (plural, span) => this.target(plural, span));
  }

  get understoodSome(): boolean {
    return this.entries.length > 0;
  }

  read(): SentenceMeaning | null {
    const { c } = this;
    while (!c.done) {
      if (c.takeSymbol('.', ';', '!', '?')) continue;
      const before = c.pos;
      this.part();
      if (c.pos === before || !(c.done || c.seesSymbol('.', ';', '!', '?'))) return null;
    }
    if (this.entries.length === 0) return null;
    if (this.lateContext && this.clauses > 1) throw ask('Does the place go with the whole rule? Please put it first.');
    const meanings = this.entries.map((e) => meaningOf(e.statement, e.when));
    return {
      conditions: meanings.flatMap((m) => m.conditions),
      assumptions: [...meanings.flatMap((m) => m.assumptions), ...this.assumptions],
      context: this.context,
      priority: this.priority,
      bans: this.entries.every((e) => isBan(e.statement)),
      demands: this.entries.length,
    };
  }

  /** Everything between two full stops or semicolons. */
  private part(): void {
    const { c } = this;
    this.partStart = this.entries.length;
    this.headWhen = null;
    this.warned = null;
    this.ordered = false;
    this.antecedents.clear();
    this.head();
    if (this.warned === null && (c.done || c.seesSymbol('.', ';', '!', '?'))) {
      this.refuseLoneWhen();
      return;
    }
    if (!this.warning() && !this.clause(null)) return;
    this.tail();
    while (this.next()) this.tail();
  }

  private refuseLoneWhen(): void {
    if (this.headWhen !== null) throw new Refusal('"when" needs a demand.', [this.headWhen.span]);
  }

  private head(): void {
    const { c } = this;
    for (;;) {
      const before = c.pos;
      takeAdverbs(c);
      this.take(readSaidPriority(c), (p) => this.setOrderPriority(p));
      if (c.take(ORDERS, 'courtesy')) this.ordered = true;
      if (c.pos === before) c.take(COURTESY, 'courtesy');
      c.attempt(() => (c.take(HEADINGS, 'courtesy') && c.takeSymbol(':', ',') ? true : null));
      this.takeContextOrPriority(readHeadPriority(c));
      if (this.warned === null) this.warned = readWarning(c);
      if (this.warned !== null) return;
      if (this.headWhen === null) {
        this.headWhen = readWhen(c);
        if (this.headWhen !== null && 'objects' in this.headWhen) this.mention(this.headWhen.objects);
      }
      if (c.pos !== before) c.takeSymbol(',', ':', '-');
      if (c.pos === before) return;
    }
  }

  private takeContextOrPriority(head: number | null): void {
    this.take(head ?? readPriority(this.c), (p) => this.setPriority(p));
    this.take(readContext(this.c), (x) => this.setContext(x));
  }

  private take<T>(value: T | null, use: (value: T) => void): void {
    if (value !== null) use(value);
  }

  /** "It is important that …" also says that an order follows. */
  private setOrderPriority(value: number): void {
    this.ordered = true;
    this.setPriority(value);
  }

  private setPriority(value: number): void {
    if (this.priority !== null && this.priority !== value) throw ask('Which of the two priorities holds?');
    this.priority = value;
    if (this.entries.length > 0) this.latePriority = true;
  }

  private setContext(value: string): void {
    if (this.context !== null && this.context !== value) throw ask('Which of the two places is meant?');
    this.context = value;
    if (this.entries.length > 0) this.lateContext = true;
  }

  /** What may follow a demand. */
  private tail(): void {
    const { c } = this;
    for (;;) {
      const mark = c.pos;
      c.takeSymbol(',', '-');
      const start = c.pos;
      takeAdverbs(c);
      this.takeContextOrPriority(null);
      this.take(readSaidPriority(c), (p) => this.setPriority(p));
      const possible = c.pos;
      if (takePossible(c)) this.assumptions.push(`"${c.source(possible)}" was read as part of every rule`);
      this.take(readWhen(c), (w) => this.tailWhen(w));
      if (!c.take(AT_ONCE)) takeTableLocative(c);
      if (c.pos === start) this.tailCourtesy();
      if (c.pos === start) {
        c.pos = mark;
        return;
      }
    }
  }

  private tailCourtesy(): void {
    const { c } = this;
    const start = c.pos;
    const last = this.entries.at(-1)?.statement;
    const list = last?.form === 'relation' && 'target' in last.predicate ? last.predicate.target.objects : null;
    const also = c.take(ALSO, 'courtesy') !== undefined;
    if (also && list !== null && list.items.length > 1 && list.span[1] === start) {
      throw ask('What goes with the last word: what is placed, or where?', [[list.span[0], c.pos]]);
    }
    if (!also) c.take(TAIL_COURTESY, 'courtesy');
  }

  private tailWhen(when: WhenPhrase): void {
    const open = this.entries.slice(this.partStart);
    if (open.length !== 1) throw ask('Does "when" go with all of this, or only with the last part?', [when.span]);
    if (open[0]!.when !== null) throw new Refusal('A rule has one condition for when it applies.', [when.span]);
    open[0]!.when = when;
  }

  private clause(gap: Gap | null): boolean {
    const statement = readClause(this.c, {
      antecedent: this.antecedent,
      gap,
      ordered: this.ordered,
      place: (name) => this.setContext(name),
    });
    if (statement === null) return false;
    if (this.latePriority) throw ask('Does the priority go with the whole rule? Please put it first.');
    this.clauses++;
    this.add(statement);
    return true;
  }

  /** A warning that the head of the part has read already. */
  private warning(): boolean {
    if (this.warned === null) return false;
    this.clauses++;
    this.add(this.warned.statement);
    this.assumptions.push(this.warned.assumption);
    return true;
  }

  private add(statement: Statement): void {
    this.entries.push({ statement, when: this.headWhen });
    const objects =
      statement.form === 'relation' && 'target' in statement.predicate ? statement.predicate.target.objects : null;
    this.refuseTwoPlaces(statement);
    this.mention(statement.subject);
    if (objects !== null) this.mention(objects);
  }

  /** "On coasters and on the desk mat": one thing is hardly meant to stand on two. */
  private refuseTwoPlaces(s: Statement): void {
    if (s.form === 'count' || s.negated || s.subject.none || s.predicate.not) return;
    if (s.predicate.kind !== 'on' && s.predicate.kind !== 'centered') return;
    if (this.standing.has(s.subject)) throw ask('On each of them, or on any of them?', [s.predicate.span]);
    this.standing.add(s.subject);
  }

  /** The same things under the same words are one antecedent. */
  private mention(objects: NounPhrase): void {
    this.antecedents.set(JSON.stringify([objects.plural, objects.items, objects.join]), objects);
  }

  /** "and …": another relation of the same subject, or another clause. */
  private next(): boolean {
    const { c } = this;
    const mark = c.pos;
    const comma = c.takeSymbol(',');
    const link =
      c.take(AND) || c.takeSymbol('&') ? 'and' : c.take(BUT) ? 'but' : c.take(OR) ? 'or' : comma ? 'comma' : null;
    const last = this.entries.at(-1)?.statement;
    if (link === null || last === undefined) {
      c.pos = mark;
      return false;
    }
    while (this.takeLinkCourtesy()) c.takeSymbol(',');
    this.continued = last.subject;
    const same = last.form === 'relation' && this.sameSubject(last, link);
    this.continued = null;
    if (same) return true;
    const start = c.pos;
    if (this.warned !== null && !c.done) {
      throw ask('Does the warning go with all of this? Please use one sentence for each.', [[start, c.tokens.length]]);
    }
    const gap = this.gapOf(last, comma);
    if (this.headWhen !== null && !c.done) {
      const when = this.headWhen;
      this.headWhen = null;
      if (this.clause(gap))
        throw ask('Does "when" go with all of this? Please use one sentence for each.', [when.span]);
      this.headWhen = when;
    } else if (this.clause(gap)) {
      this.checkLink(link, last, start);
      return true;
    }
    c.pos = mark;
    return false;
  }

  private takeLinkCourtesy(): boolean {
    if (this.c.take(ORDERS, 'courtesy')) {
      this.ordered = true;
      return true;
    }
    return this.c.take(COURTESY, 'courtesy') !== undefined;
  }

  private gapOf(last: Statement, comma: boolean): Gap | null {
    if (last.form === 'count') return null;
    const target = 'target' in last.predicate ? last.predicate.target.objects : null;
    const list = (target?.items.length ?? 0) > 1;
    return { kind: comma && !list ? 'any' : last.predicate.kind };
  }

  private sameSubject(last: RelationStatement, link: string): boolean {
    const { c } = this;
    const start = c.pos;
    const bound =
      last.predicate.kind === 'distance' && last.predicate.bounds.length === 1 ? last.predicate.bounds[0] : null;
    // "A gap between mugs" has no subject that another relation could go on with.
    const nominal = last.predicate.kind === 'distance' && last.predicate.span[0] <= last.subject.span[0];
    if (!nominal && this.anotherVerb(last, link)) return true;
    const predicate =
      (nominal ? null : c.attempt(() => readPredicate(c, bound?.comparison ?? null))) ??
      c.attempt(() => this.secondBound(last.predicate));
    if (predicate === null) return false;
    const span: readonly [number, number] = [start, c.pos];
    const outer = last.negated !== last.subject.none;
    if (outer && link !== 'or')
      throw ask('Is the second part forbidden too? Please use "or", or two sentences.', [span]);
    if (!outer && link === 'or') throw ask('Either of these, or both? Rules have no "or".', [span]);
    this.add({ ...last, predicate });
    return true;
  }

  /** "… and must not be on books": a verb of its own for the same subject. */
  private anotherVerb(last: RelationStatement, link: string): boolean {
    const { c } = this;
    if (!c.sees(MODALS) || link === 'or' || last.subject.none) return false;
    const added = c.attempt(() => {
      const verb = readVerbGroup(c);
      const predicate = readPredicate(c);
      if (predicate === null) return null;
      const { negated, permission } = verb;
      return { ...last, predicate, negated, permission, verbless: false, allNot: negated && last.subject.every };
    });
    if (added === null) return false;
    this.add(added);
    return true;
  }

  /** "… from laptops but not more than 30 cm": the same target again. */
  private secondBound(before: Predicate): Predicate | null {
    const { c } = this;
    if (before.kind !== 'distance' && before.kind !== 'side') return null;
    const start = c.pos;
    const bounds = readBounds(c);
    if (bounds === null || bounds.list.some((b) => b.comparison === null)) return null;
    if (!c.takeWord('away', 'apart') && before.kind === 'side') return null;
    const { target, not } = before;
    const reference = before.kind === 'distance' ? before.reference : undefined;
    const here = { said: c.source(start), span: [start, c.pos] as const };
    return { kind: 'distance', bounds: bounds.list, range: bounds.range, target, reference, not, ...here };
  }

  private checkLink(link: string, last: Statement, start: number): void {
    const span: readonly [number, number] = [start, this.c.pos];
    if (link === 'or') throw ask('Either of these, or both? Rules have no "or".', [span]);
    const added = this.entries.at(-1)!.statement;
    const outer = last.form === 'relation' && last.negated !== last.subject.none;
    const bare = added.form === 'relation' && !added.negated && !added.subject.none && this.isGapped(added, start);
    if (outer && bare) throw ask('Is the second part forbidden too? Please use two sentences.', [span]);
  }

  /** The clause begins with its subject and has no verb before its relation. */
  private isGapped(added: RelationStatement, start: number): boolean {
    return added.subject.span[0] === start && this.c.source(added.subject.span[1], added.predicate.span[0]) === '';
  }

  private fitting(plural: boolean, not: NounPhrase | null): NounPhrase[] {
    const same = (a: NounPhrase, b: NounPhrase): boolean =>
      a.join === b.join && JSON.stringify(a.items) === JSON.stringify(b.items);
    return [...this.antecedents.values()].filter((a) => a.plural === plural && (not === null || !same(a, not)));
  }

  private readonly antecedent = (plural: boolean, span: readonly [number, number]): NounPhrase => {
    const fitting = this.fitting(plural, null);
    const only = fitting.length === 1 ? fitting[0] : this.placedOne(fitting);
    if (only === undefined) throw this.unclear(span);
    this.placed = { phrase: only, entry: this.entries.length };
    const assumptions =
      fitting.length === 1
        ? []
        : [`"${this.c.source(span[0], span[1])}" was read as the ${only.items.map((i) => i.object).join(', ')}`];
    const plain = { none: false, several: false, other: false, article: false, choice: false };
    return { ...only, ...plain, assumptions, span };
  };

  /** "Put the mug on a coaster and keep it …": what was put somewhere, not what it stands on. */
  private placedOne(fitting: readonly NounPhrase[]): NounPhrase | undefined {
    const last = this.entries.at(-1)?.statement;
    if (fitting.length !== 2 || last?.form !== 'relation') return undefined;
    const stands = last.predicate.kind === 'on' || last.predicate.kind === 'centered';
    return stands && this.entries.length === this.partStart + 1 ? fitting.find((f) => f === last.subject) : undefined;
  }

  /** A pronoun after a preposition: not what is placed by the same relation. */
  private readonly target = (plural: boolean, span: readonly [number, number]): NounPhrase => {
    const subject = this.placed?.entry === this.entries.length ? this.placed.phrase : null;
    const [only, ...more] = this.fitting(plural, this.continued ?? subject);
    if (only === undefined || more.length > 0) throw this.unclear(span);
    return { ...only, none: false, several: false, other: false, choice: false, assumptions: [], span };
  };

  private unclear(span: readonly [number, number]): Refusal {
    return ask(`What does "${this.c.source(span[0], span[1])}" stand for? Please name the object.`, [span]);
  }
}

const ALSO = phraseSet('too', 'as well');
const TAIL_COURTESY = phraseSet(
  'please|thanks|kindly|ok|okay|though|anyway',
  'thank you very? much?',
  'thanks a lot',
  'many thanks',
  'for me',
  'from now on',
);

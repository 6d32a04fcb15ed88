import type { Operator } from '../../contract/rule.ts';
import { Cursor } from './cursor.ts';
import { hasException } from './known-words.ts';
import { takeTableLocative } from './noun-phrase.ts';
import { ATTRIBUTES, EDGE, NOUN_WORDS } from './noun-words.ts';
import { readWhole } from './numbers.ts';
import { readLength, readUnit, UNITS } from './quantity.ts';
import { Refusal } from './refusal.ts';
import {
  AFTER_LENGTH,
  CLOSER_TO,
  COMPARISON_SIGNS,
  COMPARISONS,
  type Comparison,
  ON,
  REFERENCES,
  SIDES,
  VAGUE,
} from './relation-words.ts';
import { type Token, tokenize } from './tokens.ts';

/** A number of the sentence: all that it may stand for. */
export interface Amount {
  readonly mm: readonly number[];
  readonly counts: readonly number[];
  readonly comparison: Comparison | null;
}

/** What a sentence shows of how much, which way, whether not, and what it leaves out, whether or not it is a rule. */
export interface Sense {
  readonly amounts: readonly Amount[];
  readonly comparisons: readonly Comparison[];
  /** Words that turn the sense round; more than one: nobody knows which way. */
  readonly negations: readonly string[];
  /** Words that take something out. */
  readonly exceptions: readonly string[];
  readonly near: boolean;
  readonly far: boolean;
  /** On something that is not the table. */
  readonly on: boolean;
  /** "above", "to the left": a place that is neither near nor far nor on something. */
  readonly elsewhere: boolean;
  /** Objects that were named before the word that turns the sense round. */
  readonly beforeNegation: readonly string[];
  /** "exactly": neither at least nor at most. */
  readonly exact: boolean;
  /** The edge of the table is named. */
  readonly edge: boolean;
  /** "from the table" */
  readonly table: boolean;
  /** "hot" */
  readonly attributes: readonly string[];
  /** "critical", "priority 3" */
  readonly urgency: boolean;
  /** "mouse pad", "laptop stand": a thing that has no word here. */
  readonly part: boolean;
  /** "in the middle of" */
  readonly centred: boolean;
  /** "when", "if", but not "I'd prefer it if" */
  readonly when: boolean;
  /** Classes and groups in the order of their first mention. */
  readonly objects: readonly string[];
  /** The side that stands between the first object and the second. */
  readonly side: Operator | null;
  /** "every laptop should have a mug …": said of the first, about the second. */
  readonly owned: string | null;
  /** "every coaster", "no mat" */
  readonly everySupport: boolean;
}

export const SUPPORTS: ReadonlySet<string> = new Set(['coaster', 'desk_mat']);

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));
/** Also words that no rule knows: "never fail to …" is no ban. */
const NEGATIONS = words(
  'no not never none nothing nobody nowhere neither nor without off free avoid avoiding prevent preventing refrain ' +
    'forbid forbids forbidden prohibit prohibits prohibited ban bans banned banish bar bars barred disallow disallowed ' +
    'stop stops quit cease reject hate hates dislike dislikes remove removes hardly barely scarcely rarely seldom ' +
    'bad wrong dangerous risky unsafe unacceptable undesirable unwanted harmful problem mistake trouble crime ' +
    'ugly annoying awful terrible horrible stupid nasty unpleasant unwelcome nuisance no-go disturbing',
);
/** With these nobody knows what is wanted: "forget the rule", "never fail to". */
const UNCLEAR = words(
  'fail fails failing refuse refuses omit omits neglect neglects forget forgets skip skips lack lacks lacking mind ' +
    'deny denies ignore care doubt false untrue rule rules disable delete cancel',
);
const EXCEPTIONS = words('except excepting excluding unless until besides save barring only instead rather but');
/** "Everything apart from mugs" leaves the mugs out. */
const ALL = words('everything anything all');
/** Amounts that are no numbers. */
const UNCOUNTED = words(
  'half twice thrice couple few dozen quarter third most some many hand hands arm arms finger fingers thumb palm span',
);
/** Places that are neither near nor far nor on something. */
const ELSEWHERE = words('left right above below under underneath beneath over opposite behind inside into corner');
const NEAR = words(
  'near nearer close closer next beside adjacent nearby together group grouped gather gathered cluster',
);
const FAR = words('away far farther further apart clear');
/** "too many mugs": a complaint. */
const TOO = words('many much few little far');
const EXACT = words('exactly precisely');
const URGENCY = words('critical urgent urgently important priority prio');
const PARTS = words(
  'pad pads charger chargers stand stands bag bags case cases sleeve cover covers holder holders cable cables dock docks rack racks shelf tray trays lid lids lamp',
);
const CENTRED = words('center centre centered centred centering centring central centrally middle');
const WHEN = words('if when whenever while');
/** "I'd like it if mugs …" is no condition. */
const WELCOME = words('it nice great good best better happy love prefer appreciate glad');
const OWNS = words('have has having carry carries hold holds bear bears need needs get gets');
const EVERY = words('every each all no');
/** "each of the coasters" */
const BETWEEN = words('of the my our your these those one single');

/** True when a word says something that must not be taken for a misspelling. */
export const saysSense = (word: string): boolean =>
  NEGATIONS.has(word) || UNCLEAR.has(word) || EXCEPTIONS.has(word) || OWNS.has(word);

export function senseOf(text: string): Sense {
  return new SenseReader(text).read();
}

class SenseReader {
  private readonly c: Cursor;
  private readonly tokens: readonly Token[];
  private readonly amounts: Amount[] = [];
  private readonly comparisons: Comparison[] = [];
  private readonly negations: string[] = [];
  private readonly exceptions: string[] = [];
  private readonly objects = new Set<string>();
  private pending: Comparison | null = null;
  private pendingWord = '';
  private afterAmount = false;
  private near = false;
  private far = false;
  private on = false;
  private elsewhere = false;
  private beforeNegation: readonly string[] | null = null;
  private exact = false;
  private edge = false;
  private table = false;
  private readonly attributes = new Set<string>();
  private urgency = false;
  private part = false;
  private centred = false;
  private when = false;
  private side: Operator | null = null;
  private owner = false;
  private owned: string | null = null;
  private everySupport = false;

  constructor(text: string) {
    this.tokens = tokenize(text);
    this.c = new Cursor(text, this.tokens);
  }

  read(): Sense {
    while (!this.c.done) {
      const start = this.c.pos;
      const after = this.afterAmount;
      this.afterAmount = false;
      if (!(after && this.amountBound()) && !this.comparison() && !this.vague() && !this.noun() && !this.amount())
        this.word(after);
      if (this.c.pos === start) this.c.pos++;
    }
    if (this.exceptions.length === 0 && hasException(this.tokens)) this.exceptions.push('except');
    this.loose();
    const beforeNegation = this.beforeNegation ?? [];
    const { amounts, comparisons, negations, exceptions, near, far, on, elsewhere, exact, edge } = this;
    const { side, owned, everySupport, table, centred, when, urgency, part } = this;
    const attributes = [...this.attributes];
    const objects = [...this.objects];
    return {
      ...{ attributes, amounts, comparisons, negations, exceptions, beforeNegation },
      ...{
        near,
        far,
        on,
        elsewhere,
        exact,
        edge,
        table,
        centred,
        when,
        urgency,
        part,
        objects,
        side,
        owned,
        everySupport,
      },
    };
  }

  /** A comparison without an amount: "closer to the laptop", "under the monitor". */
  private loose(): void {
    const left = this.pending;
    if (left === null) return;
    if (ELSEWHERE.has(this.pendingWord)) this.elsewhere = true;
    else if (left.bound === 'max') this.near = true;
    else this.far = true;
  }

  /** "20 cm or more" */
  private amountBound(): boolean {
    const bound = this.c.take(AFTER_LENGTH);
    const last = this.amounts.at(-1);
    if (bound === undefined || last === undefined) return false;
    this.comparisons.push(bound);
    if (last.comparison === null) this.amounts[this.amounts.length - 1] = { ...last, comparison: bound };
    return true;
  }

  private comparison(): boolean {
    const { c } = this;
    const start = c.pos;
    const sign = c.token?.kind === 'symbol' ? COMPARISON_SIGNS[c.token.text] : undefined;
    if (sign !== undefined) c.pos++;
    const found = sign ?? c.take(COMPARISONS) ?? c.take(CLOSER_TO);
    if (found === undefined) return false;
    this.comparisons.push(found);
    this.pending = found;
    this.pendingWord = c.word(start);
    return true;
  }

  private vague(): boolean {
    const { c } = this;
    const attribute = c.sees(NOUN_WORDS) ? undefined : c.take(ATTRIBUTES);
    if (attribute !== undefined) {
      this.attributes.add(attribute);
      return true;
    }
    if (c.take(REFERENCES)) return true;
    if (c.take(EDGE)) {
      this.edge ||= !this.ofAnother();
      return true;
    }
    const side = c.take(SIDES);
    if (side !== undefined) {
      if (this.objects.size === 1) this.side ??= side;
      return true;
    }
    if (c.seesWord('by')) return false;
    if (takeTableLocative(c)) return true;
    if (c.take(ON)) {
      this.on = true;
      return true;
    }
    const start = c.pos;
    const word = c.take(VAGUE);
    if (word === undefined) return false;
    if (c.word(start) === 'apart' && ALL.has(c.word(start - 1))) {
      this.exceptions.push('apart');
      return true;
    }
    if (word === 'near' || word === 'too_near') this.near = true;
    else this.far = true;
    if (word === 'too_near') this.negate(c.word(start));
    return true;
  }

  /** The edge "of the laptop" is not the table's. */
  private ofAnother(): boolean {
    const { c } = this;
    const start = c.pos;
    let name: string | undefined;
    if (c.takeWord('of')) {
      while (BETWEEN.has(c.word(c.pos))) c.pos++;
      name = c.take(NOUN_WORDS)?.name;
    }
    c.pos = start;
    return name !== undefined && name !== 'table';
  }

  private noun(): boolean {
    const { c } = this;
    const start = c.pos;
    const sense = c.take(NOUN_WORDS);
    if (sense === undefined) return false;
    if (this.owner && !this.objects.has(sense.name)) this.owned ??= sense.name;
    let before = start - 1;
    while (BETWEEN.has(c.word(before))) before--;
    if (SUPPORTS.has(sense.name) && EVERY.has(c.word(before))) this.everySupport = true;
    if (PARTS.has(c.word(c.pos))) this.part = true;
    if (sense.name !== 'table') this.objects.add(sense.name);
    else if (c.word(before) === 'from') this.table = true;
    return true;
  }

  private amount(): boolean {
    const found = this.length() ?? this.number();
    if (found === null) return false;
    this.amounts.push({ ...found, comparison: this.pending });
    this.pending = null;
    this.afterAmount = true;
    return true;
  }

  private length(): Pick<Amount, 'mm' | 'counts'> | null {
    const { c } = this;
    const start = c.pos;
    try {
      const length = readLength(c);
      if (length !== null) return { mm: [length.mm], counts: [] };
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
    }
    c.pos = start;
    return null;
  }

  private number(): Pick<Amount, 'mm' | 'counts'> | null {
    const { c } = this;
    const t = c.token!;
    let values: readonly number[];
    if (t.kind === 'bad_number' || t.kind === 'number') {
      const digits = t.text.replace(/^-/, '');
      values = (plainNumbers(digits) ?? [digits]).map(Number).filter(Number.isFinite);
      c.pos++;
    } else {
      const start = c.pos;
      const whole = readWhole(c);
      // "this one", "no one" count nothing.
      if (whole === null || (whole === 1 && this.pending === null && !c.sees(NOUN_WORDS))) {
        c.pos = start;
        return null;
      }
      values = [whole];
    }
    const unit = readUnit(c);
    if (unit !== null) return { mm: values.map((v) => v * unit), counts: [] };
    return { mm: values.flatMap((v) => UNITS.values().map((u) => v * u)), counts: values };
  }

  private word(afterAmount: boolean): void {
    const { c } = this;
    const word = c.word(c.pos);
    // "six inches off": how far, not whether.
    if (word === 'off' && afterAmount) {
      this.far = true;
      return;
    }
    const next = c.word(c.pos + 1);
    if (EXCEPTIONS.has(word) || (word === 'other' && next === 'than')) this.exceptions.push(word);
    if (NEGATIONS.has(word) || (word === 'too' && TOO.has(next))) this.negate(word);
    if (UNCLEAR.has(word) || (word === 'not' && EVERY.has(next))) this.negations.push(word, word);
    // "1e2 mm", "a couple of inches": an amount, but which?
    const uncounted = UNCOUNTED.has(word.replace(/['’]s?$/, '')) || (word.length > 2 && c.sees(UNITS));
    if (/^\d/.test(word) || uncounted) this.amounts.push({ mm: [], counts: [], comparison: null });
    if (NEAR.has(word)) this.near = true;
    if (FAR.has(word)) this.far = true;
    if (EXACT.has(word)) this.exact = true;
    if (URGENCY.has(word)) this.urgency = true;
    if (CENTRED.has(word)) this.centred = true;
    if (WHEN.has(word) && !WELCOME.has(c.word(c.pos - 1))) this.when = true;
    if (ELSEWHERE.has(word) || (word === 'in' && this.beforeThing())) this.elsewhere = true;
    if (OWNS.has(word) && this.objects.size > 0) this.owner = true;
  }

  /** "In the sink": no place that a rule has. */
  private beforeThing(): boolean {
    let next = this.c.pos + 1;
    while (BETWEEN.has(this.c.word(next))) next++;
    return NOUN_WORDS.match(this.c.word, next) !== undefined;
  }

  private negate(word: string): void {
    this.negations.push(word);
    this.beforeNegation ??= [...this.objects];
  }
}

/** What a number with a comma, or a dot before three digits, may stand for; null for plain digits. */
export function plainNumbers(digits: string): readonly string[] | null {
  if (!/^\d+[.,]\d+$/.test(digits)) return null;
  const decimal = String(Number(digits.replace(',', '.')));
  return /[.,]\d{3}$/.test(digits) ? [digits.replace(/[.,]/, ''), decimal] : [decimal];
}

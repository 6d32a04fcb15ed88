import { createHash } from 'node:crypto';
import { AuditLine } from '../../contract/account.ts';
import type { Page, PageRequest } from '../../contract/page.ts';
import { AppError } from '../../errors.ts';
import { turnsOf } from '../../one-after-another.ts';
import type { Registry, RegistryEntry } from '../../ports/registry.ts';

const KIND = 'audit';
/** Of the line before the first. */
const BEGIN = '0'.repeat(64);
const PAGE = 200;
/** Lines that are removed in one write. */
const AT_ONCE = 500;
/** What a line says that tells of a removal: the first line that is left, and the hash that it names. */
const FROM = 'first_kept';
const PREVIOUS = 'previous';
/** What happens without accounts too. */
const ANYBODYS: ReadonlySet<AuditLine['event']> = new Set([
  'delegated',
  'delegation_refused',
  'server_created',
  'server_controlled',
]);

export type AuditEvent = Pick<AuditLine, 'event' | 'actor' | 'target' | 'client' | 'details'>;

export interface AuditCheck {
  readonly lines: number;
  /** Number of the newest line that does not fit the one before, or of one that is not as it was noted; null: all fit. */
  readonly broken_at: number | null;
  /** To be noted where nobody who writes into the store can: a chain does not know where it ended. Null: there is no line. */
  readonly newest: NotedLine | null;
}

export type NotedLine = Pick<AuditLine, 'number' | 'hash'>;

/** Append-only and chained by hashes. Numbers are ids, so that two servers never write the same line. */
export class Audit {
  private readonly registry: Registry;
  private readonly now: () => Date;
  /** Up to this number no line is of an account. */
  private without = 0;

  constructor(registry: Registry, now: () => Date) {
    this.registry = registry;
    this.now = now;
  }

  /** Resolves when it is durable; SYSTEM_002, and nothing is written, where too many write at once. */
  async write(event: AuditEvent): Promise<void> {
    await turnsOf(this.registry).until(KIND, () => this.append(event));
  }

  /** Newest first. */
  async list(page: PageRequest): Promise<Page<AuditLine>> {
    const { items, ...rest } = await this.registry.list(KIND, null, page);
    return { ...rest, items: items.map(lineOf) };
  }

  /** Whether there ever was an account, whatever became of it: what is handed on is written down without one too. */
  async ofAccounts(): Promise<boolean> {
    let newest = this.without;
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page<AuditLine> = await this.list({ limit: PAGE, ...(cursor && { cursor }) });
      for (const { number, event } of page.items) {
        if (number <= this.without) break;
        if (!ANYBODYS.has(event)) return true;
        newest = Math.max(newest, number);
      }
      // A line that cannot be read may be of an account.
      if (page.unreadable) return true;
      const done = page.items.some(({ number }) => number <= this.without);
      cursor = done ? null : page.nextCursor;
    }
    this.without = newest;
    return false;
  }

  /** Lines are numbered from 1 and none is removed. */
  async count(): Promise<number> {
    const [newest] = (await this.registry.list(KIND, null, { limit: 1 })).items;
    return Number(newest?.id ?? 0);
  }

  /** `noted`: a line as it was told before; it must still be there. One that was removed by age is no fault. */
  async check(noted: NotedLine | null = null): Promise<AuditCheck> {
    const [first] = (await this.registry.list(KIND, null, { limit: 1 })).items;
    const { number, hash } = (first && AuditLine.safeParse(first.value).data) ?? { number: 0, hash: '' };
    const { lines, broken_at, begin } = await this.checkChain();
    const newest = first === undefined ? null : { number, hash };
    if (broken_at !== null || noted === null || noted.number < begin) return { lines, broken_at, newest };
    const entry = await this.registry.get(KIND, idOf(noted.number));
    const isThere = entry !== null && AuditLine.safeParse(entry.value).data?.hash === noted.hash;
    return { lines, broken_at: isThere ? null : noted.number, newest };
  }

  private async checkChain(): Promise<Omit<AuditCheck, 'newest'> & { readonly begin: number }> {
    let lines = 0;
    let after: AuditLine | undefined;
    let begin: Begin = { number: 1, previous: BEGIN };
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page<AuditLine> = await this.list({ limit: PAGE, ...(cursor && { cursor }) });
      for (const line of page.items) {
        lines += 1;
        if (hashOf(line) !== line.hash) return { lines, broken_at: line.number, begin: begin.number };
        if (after !== undefined && (after.previous !== line.hash || after.number !== line.number + 1)) {
          return { lines, broken_at: after.number, begin: begin.number };
        }
        // The newest one that says so counts.
        if (begin.previous === BEGIN) begin = beginSaidBy(line) ?? begin;
        if (line.number === begin.number && line.previous !== begin.previous)
          return { lines, broken_at: line.number, begin: begin.number };
        after = line;
      }
      if (page.unreadable) return { lines, broken_at: after?.number ?? null, begin: begin.number };
      cursor = page.nextCursor;
    }
    // Of those before it some may still be there, where removing them was ended half-way.
    const broken_at = after === undefined || after.number <= begin.number ? null : after.number;
    return { lines, broken_at, begin: begin.number };
  }

  /** Removes lines that are older, in steps; how many. Before, a line says where the log begins from then on. */
  async removeBefore(time: Date, signal?: AbortSignal): Promise<number> {
    const newest = await this.count();
    const first = await this.firstSince(time.toISOString(), newest);
    if (first === null) return 0;
    if ((await this.registry.get(KIND, idOf(first.number - 1))) === null) return 0;
    const details = { [FROM]: String(first.number), [PREVIOUS]: first.previous };
    await this.write({ event: 'removed_by_age', actor: 'system', target: 'audit', client: null, details });
    let count = 0;
    for (let removed = 1; removed > 0 && !signal?.aborted; count += removed) {
      removed = await this.registry.removeOlder(KIND, idOf(first.number), AT_ONCE);
    }
    return count;
  }

  /** By halving: numbers go up with time. Null where none is older; where all are, the newest, by which the next one is numbered. */
  private async firstSince(time: string, newest: number): Promise<AuditLine | null> {
    let [low, high] = [1, newest];
    let found: AuditLine | null = null;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const entry = await this.registry.get(KIND, idOf(middle));
      const line = entry && lineOf(entry);
      // What is not there was removed before.
      if (line === null || line.time < time) low = middle + 1;
      else {
        found = line;
        high = middle - 1;
      }
    }
    if (found !== null) return found.number === 1 ? null : found;
    const last = newest > 1 ? await this.registry.get(KIND, idOf(newest)) : null;
    return last && lineOf(last);
  }

  /** Null where another server wrote the line of this number. */
  private async append(event: AuditEvent): Promise<{ readonly value: true } | null> {
    const [newest] = (await this.registry.list(KIND, null, { limit: 1 })).items;
    const before = newest && lineOf(newest);
    const unsigned = {
      number: (before?.number ?? 0) + 1,
      time: this.now().toISOString(),
      ...event,
      previous: before?.hash ?? BEGIN,
    };
    const line: AuditLine = { ...unsigned, hash: hashOf(unsigned) };
    return (await this.registry.add(KIND, entryOf(line))) ? { value: true } : null;
  }
}

interface Begin {
  readonly number: number;
  readonly previous: string;
}

/** Where the log begins, as a line of it says that told of the removal of older ones. The newest one counts. */
function beginSaidBy({ event, target, details }: AuditLine): Begin | null {
  const number = Number(details[FROM]);
  const previous = details[PREVIOUS];
  const isOne = event === 'removed_by_age' && target === KIND && Number.isSafeInteger(number) && previous !== undefined;
  return isOne ? { number, previous } : null;
}

const idOf = (number: number): string => String(number).padStart(12, '0');

/** Ordered by number, whatever the clocks of several servers say. */
function entryOf(line: AuditLine): RegistryEntry {
  const id = idOf(line.number);
  return { id, lookup: null, owner: line.actor, created_at: id, expires_at: null, version: 1, value: line };
}

function lineOf({ value }: RegistryEntry): AuditLine {
  const read = AuditLine.safeParse(value);
  if (!read.success) throw new AppError('DB_003', { message: 'A line of the audit log is damaged.' });
  return read.data;
}

function hashOf({ number, time, event, actor, target, client, details, previous }: Omit<AuditLine, 'hash'>): string {
  const sorted = Object.entries(details).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([number, time, event, actor, target, client, sorted, previous]);
  return createHash('sha256').update(text).digest('hex');
}

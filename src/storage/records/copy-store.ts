import { createHash } from 'node:crypto';
import type { Analysis } from '../../contract/analysis.ts';
import { listItem } from '../../contract/analysis-list-item.ts';
import type { RuleVersion } from '../../contract/rule.ts';
import { searchTerms } from '../../contract/search-terms.ts';
import { AppError } from '../../errors.ts';
import type { RecordKind } from '../../ports/records.ts';
import type { RegistryKind } from '../../ports/registry.ts';
import { copyRegistry, portableKinds } from './copy-registry.ts';
import { toJson } from './json.ts';
import { ANALYSIS, CALIBRATION, RULE_VERSION, readable } from './readable.ts';
import type { AnalysisRow, EvaluationRow, RecordKey, RuleWriteRow } from './rows.ts';
import type { Store } from './store.ts';
import type { Texts } from './texts.ts';

export interface NamedRecord {
  readonly kind: RecordKind | RegistryKind;
  readonly id: string;
}

export interface CopyReport {
  /** Calibrations, rules with their history, analyses, users, keys: in the target now and equal there, by their checksums. */
  readonly copied: number;
  /** Those of them that were there before. */
  readonly found: number;
  /** Damaged in the source, and not copied. */
  readonly unreadable: readonly NamedRecord[];
  /** The target has something else under their id, which was left as it is. */
  readonly different: readonly NamedRecord[];
}

export interface CopyOptions {
  readonly onRecord?: (kind: RecordKind | RegistryKind) => void;
  readonly signal?: AbortSignal;
  /** Whose each analysis, calibration and rule is that is in the target now; a rule for everyone or one that was removed is not told. */
  readonly onOwner?: (owner: string) => void;
  /** Users, keys and the audit log too; true where it is absent. */
  readonly accounts?: boolean;
  /** Of the registry, in place of what `accounts` says. */
  readonly kinds?: readonly RegistryKind[];
}

const KEYS_AT_ONCE = 200;
/** Versions of a rule in one write. */
const VERSIONS_AT_ONCE = 50;
/** Of one rule. */
const MOST_TRIES = 5;

type Whose = (owner: string) => void;
type Copied = 'copied' | 'found' | 'unreadable' | 'different';

/**
 * Copies every record that can be read and reads it back from the target. It can be ended at any time and begun again: what
 * is there already is compared only. Throws what the stores throw; then what was copied stays.
 */
export async function copyStore(from: Store, to: Store, options: CopyOptions = {}): Promise<CopyReport> {
  const unreadable: NamedRecord[] = [];
  const different: NamedRecord[] = [];
  let [copied, found] = [0, 0];

  async function each(kind: RecordKind, copy: (id: string, whose: Whose) => Promise<Copied>): Promise<void> {
    let last = '';
    for await (const { a: id } of keysOf(from, kind)) {
      // Of a rule, once for all its versions.
      if (id === last) continue;
      last = id;
      options.signal?.throwIfAborted();
      let owner: string | undefined;
      const outcome = await copy(id, (one) => {
        owner = one;
      });
      count({ kind: kind === 'rule version' ? 'rule' : kind, id }, outcome);
      if (owner !== undefined && (outcome === 'copied' || outcome === 'found')) options.onOwner?.(owner);
    }
  }

  function count(record: NamedRecord, outcome: Copied): void {
    if (outcome === 'unreadable') unreadable.push(record);
    else if (outcome === 'different') different.push(record);
    else copied += 1;
    if (outcome === 'found') found += 1;
    options.onRecord?.(record.kind);
  }

  await each('calibration', (id, whose) => copyCalibration(from, to, id, whose));
  // By the history, which removed rules have as well.
  await each('rule version', (id, whose) => copyRule(from, to, id, whose));
  await each('analysis', (id, whose) => copyAnalysis(from, to, id, whose));
  await copyRegistry(from, to, (kind, id, outcome) => count({ kind, id }, outcome), {
    kinds: options.kinds ?? portableKinds(options.accounts !== false),
    signal: options.signal,
  });
  return { copied, found, unreadable, different };
}

async function* keysOf(store: Store, kind: RecordKind): AsyncIterable<RecordKey> {
  let after: RecordKey = { a: '', b: 0 };
  for (;;) {
    const keys = await store.call('recordKeys', kind, after, KEYS_AT_ONCE);
    yield* keys;
    const last = keys.at(-1);
    if (last === undefined) return;
    after = last;
  }
}

async function copyCalibration(from: Store, to: Store, id: string, whose: Whose): Promise<Copied> {
  const text = await ifReadable(() => from.call('getCalibration', id));
  const record = text === null ? null : await ifReadable(async () => readable(text, CALIBRATION));
  if (text === null || record === null) return 'unreadable';
  whose(record.owner);
  const there = await to.call('getCalibration', id);
  if (there !== null) return there === text ? 'found' : 'different';
  const { created_at, owner } = record;
  await to.call('putCalibration', { id, created_at, owner, calibration: text });
  return verified('calibration', id, text, await to.call('getCalibration', id));
}

async function copyAnalysis(from: Store, to: Store, id: string, whose: Whose): Promise<Copied> {
  const source = await ifReadable(() => readAnalysis(from, id));
  const analysis = source === null ? null : await ifReadable(async () => readable(source.analysis, ANALYSIS));
  if (source === null || analysis === null) return 'unreadable';
  whose(source.owner);
  const there = await readAnalysis(to, id);
  const sum = sumOf(source);
  if (there !== null && sumOf(there) === sum) return 'found';
  // An analysis never changes but by what is told of its rules, which comes behind it.
  const isSame = (one: ReadAnalysis) =>
    one.owner === source.owner && one.analysis === source.analysis && one.state === source.state;
  if (there !== null && !isSame(there)) return 'different';
  await to.call('putAnalysis', analysisRow(id, analysis, source));
  const { evaluations } = source;
  if (evaluations) {
    await to.call('appendEvaluations', evaluations.owner, id, evaluations.at, JSON.stringify(evaluations.rows));
  }
  const copy = await readAnalysis(to, id);
  return verified('analysis', id, sum, copy && sumOf(copy));
}

export const analysisRow = (
  id: string,
  analysis: Analysis,
  stored: Pick<AnalysisRow, 'owner' | 'image_key' | 'analysis' | 'state'>,
): AnalysisRow => ({
  id,
  created_at: analysis.timestamp,
  owner: stored.owner,
  sha256: analysis.image.sha256,
  image_key: stored.image_key,
  analysis: stored.analysis,
  state: stored.state,
  list_item: toJson(listItem(analysis)),
  terms: toJson(searchTerms(analysis)),
});

async function readAnalysis(store: Store, id: string) {
  const row = await store.call('getAnalysis', id);
  const state = row && (await store.call('analysisState', id));
  if (row === null || state === null) return null;
  return { ...row, state, evaluations: await store.call('evaluationsOf', id) };
}

type ReadAnalysis = NonNullable<Awaited<ReturnType<typeof readAnalysis>>>;

function sumOf({ owner, image_key, analysis, state, evaluations }: ReadAnalysis): string {
  const told = evaluations && [evaluations.owner, evaluations.at, evaluations.rows.map(worst).toSorted()];
  return checksum(JSON.stringify([owner, image_key, analysis, state, told]));
}

/** What statistics count. */
const worst = ([ruleId, , violated, uncertain]: EvaluationRow): string =>
  `${ruleId} ${violated > 0 ? 'violated' : uncertain > 0 ? 'uncertain' : 'satisfied'}`;

/** What a process that was killed had sent may land while the next one copies the same: then it is read again. */
async function copyRule(from: Store, to: Store, id: string, whose: Whose): Promise<Copied> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await copyRuleNow(from, to, id, whose);
    } catch (thrown) {
      // Of a removed rule the store knows by its history alone that it was there.
      const meanwhile = thrown instanceof AppError && (thrown.code === 'RULES_006' || thrown.code === 'DB_002');
      if (!meanwhile || tries === MOST_TRIES) throw thrown;
    }
  }
}

async function copyRuleNow(from: Store, to: Store, id: string, whose: Whose): Promise<Copied> {
  const [source, isThere, copy] = [
    await from.call('ruleHistory', id),
    (await from.call('ruleHead', id)) !== null,
    await to.call('ruleHistory', id),
  ];
  const entries = entriesOf(source);
  if (entries.length < source.texts.length) return 'unreadable';
  const rule = entries.at(-1)?.rule;
  if (isThere && rule?.scope === 'mine') whose(rule.owner);
  const texts = entries.map(({ text }) => text);
  const known = copy.texts.length;
  if (copy.texts.some((text, at) => text !== texts[at])) return 'different';
  if (known === texts.length) return 'found';
  let stored = (await to.call('ruleHead', id)) === null ? 0 : (entries[known - 1]?.version ?? 0);
  const rows = entries.slice(known).map(({ text, version }, at): RuleWriteRow => {
    const remove = !isThere && known + at === entries.length - 1;
    const row = { entry: text, expectedVersion: stored, remove };
    stored = version;
    return row;
  });
  for (let at = 0; at < rows.length; at += VERSIONS_AT_ONCE) {
    await to.call('writeRules', rows.slice(at, at + VERSIONS_AT_ONCE));
  }
  const now = await to.call('ruleHistory', id);
  if (((await to.call('ruleHead', id)) !== null) !== isThere) throw notCopied('rule', id);
  return verified('rule', id, checksum(JSON.stringify(texts)), checksum(JSON.stringify(now.texts)));
}

/** Those that can be read, as far as none before them is damaged. */
function entriesOf({ texts }: Texts) {
  const entries: (Pick<RuleVersion, 'version' | 'rule'> & { text: string })[] = [];
  for (const text of texts) {
    let entry: RuleVersion;
    try {
      entry = readable(text, RULE_VERSION);
    } catch {
      return entries;
    }
    entries.push({ text, version: entry.version, rule: entry.rule });
  }
  return entries;
}

const checksum = (text: string) => createHash('sha256').update(text).digest('hex');

function verified(kind: RecordKind, id: string, before: string, after: string | null): Copied {
  if (before !== after) throw notCopied(kind, id);
  return 'copied';
}

const notCopied = (kind: string, id: string) =>
  new AppError('DB_002', { message: `The ${kind} ${id} was not the same when it was read back.` });

/** Null for what is damaged in the source. */
async function ifReadable<T>(read: () => Promise<T | null>): Promise<T | null> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'DB_003') return null;
    throw thrown;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyBulkWriteOperation } from 'mongodb';
import type { RuleVersion } from '../../../contract/rule.ts';
import { AppError } from '../../../errors.ts';
import type { RuleWriteRow } from '../../records/rows.ts';
import type { Collections } from '../collections.ts';
import { isDuplicate } from '../driver-errors.ts';
import { INDEX, type PendingWrite, type RuleDocument, type VersionDocument } from '../schema.ts';

const GATE = 'rules';
const TRIES = 50;
const WAIT_MS = 20;

/** Who sees a rule, in one word that no other audience has. */
export const audienceOf = ({ owner, scope }: { owner: string; scope: string }) =>
  scope === 'everyone' ? 'everyone' : `owner ${owner}`;

/**
 * Rules are written through one document, the gate, so that a write of several rules with their history is done as a whole
 * on any server, with transactions or without. Changing the gate from free to "this write" decides it: it fails where
 * another write was decided in between. What was decided is then done step by step; each step can be done twice and does
 * nothing where a later write was there before it. So whoever finds a decided write that is not done yet, because its writer
 * was killed or is slow, does it to the end, and who reads the revision never sees half of it.
 */
export function ruleGate({ rules, history, meta }: Collections, writer: string) {
  /** The number of the last write, which is done. */
  async function settled(): Promise<number> {
    let seen = -1;
    for (let n = 0; n < TRIES; n += 1) {
      const gate = await meta.findOne({ _id: GATE });
      const seq = gate?.seq ?? 0;
      if (!gate?.pending) return seq;
      // Whose it is does it most likely at this moment.
      if (seen === seq) await carryOut(seq, gate.pending);
      else await sleep(WAIT_MS);
      seen = seq;
    }
    throw busy();
  }

  /** One write of this process at a time: they would only be in each other's way. */
  let before: Promise<unknown> = Promise.resolve();
  function write(rows: readonly RuleWriteRow[]): Promise<void> {
    const own = before.then(() => writeOne(rows));
    before = own.catch(() => undefined);
    return own;
  }

  async function writeOne(rows: readonly RuleWriteRow[]): Promise<void> {
    const entries = rows.map(({ entry }) => JSON.parse(entry) as RuleVersion);
    for (const [at, entry] of entries.entries()) documentOf(entry, rows[at]?.remove ?? false, 0);
    for (let n = 0; n < TRIES; n += 1) {
      const seq = await settled();
      const audiences = await checkVersions(rows, entries);
      const pending: PendingWrite = { writer, rows: JSON.stringify(rows), audiences };
      const { modifiedCount } = await meta.updateOne(
        { _id: GATE, seq: { $eq: seq }, pending: null },
        { $set: { pending }, $inc: { seq: 1 } },
      );
      if (modifiedCount === 1) return carryOut(seq + 1, pending);
      await sleep(Math.random() * WAIT_MS);
    }
    throw busy();
  }

  /** Throws RULES_006; the audiences whose rules change, those before the write as well. */
  async function checkVersions(rows: readonly RuleWriteRow[], entries: readonly RuleVersion[]): Promise<string[]> {
    const ids = [...new Set(entries.map(({ rule_id }) => rule_id))];
    const found = await rules
      .find({ _id: { $in: ids }, removed: false }, { projection: { version: 1, audience: 1 }, hint: INDEX.ids })
      .toArray();
    const stored = new Map(found.map(({ _id, version, audience }) => [_id, { version, audience }]));
    const audiences = new Set<string>();
    for (const [at, { rule_id, rule }] of entries.entries()) {
      const { expectedVersion = 0, remove = false } = rows[at] ?? {};
      const before = stored.get(rule_id);
      const version = before?.version ?? 0;
      if (version !== expectedVersion) {
        throw new AppError('RULES_006', { details: { rule_id, expected: expectedVersion, stored: version } });
      }
      if (before) audiences.add(before.audience);
      audiences.add(audienceOf(rule));
      if (remove) stored.delete(rule_id);
      else stored.set(rule_id, { version: rule.version, audience: audienceOf(rule) });
    }
    return [...audiences];
  }

  async function carryOut(seq: number, { rows: text, audiences, writer }: PendingWrite): Promise<void> {
    const rows = JSON.parse(text) as RuleWriteRow[];
    const versions: AnyBulkWriteOperation<VersionDocument>[] = [];
    const latest = new Map<string, RuleDocument>();
    for (const { entry, remove } of rows) {
      const version = JSON.parse(entry) as RuleVersion;
      const _id = `${version.rule_id} ${version.version}`;
      const fields = { rule_id: version.rule_id, version: version.version, entry, seq, writer };
      versions.push({ updateOne: { filter: { _id }, update: { $setOnInsert: fields }, upsert: true } });
      latest.set(version.rule_id, documentOf(version, remove, seq));
    }
    await unlessDone(() => history.bulkWrite(versions, { ordered: false }));
    const replacements = [...latest.values()].map(
      ({ _id, ...replacement }): AnyBulkWriteOperation<RuleDocument> => ({
        replaceOne: { filter: { _id, seq: { $lt: seq } }, replacement, upsert: true },
      }),
    );
    await unlessDone(() => rules.bulkWrite(replacements, { ordered: false }));
    // Last of all: who reads the new revision reads the new rules.
    const marks = audiences.map((audience) => ({
      updateOne: { filter: { _id: revisionOf(audience) }, update: { $max: { seq } }, upsert: true },
    }));
    await unlessDone(() => meta.bulkWrite(marks, { ordered: false }));
    await meta.updateOne({ _id: GATE, seq: { $eq: seq } }, { $set: { pending: null } });
  }

  /** Another one after every change of the rules that these audiences see. */
  async function revision(audiences: readonly string[]): Promise<string> {
    const names = audiences.map(revisionOf);
    const read = () =>
      meta.find({ _id: { $in: [GATE, ...names] } }, { projection: { seq: 1, 'pending.writer': 1 } }).toArray();
    let found = await read();
    if (found.some(({ pending }) => pending)) {
      await settled();
      found = await read();
    }
    return names.map((name) => found.find(({ _id }) => _id === name)?.seq ?? 0).join('.');
  }

  return { write, revision, settled, carryOut };
}

const revisionOf = (audience: string) => `rules of ${audience}`;

const busy = () =>
  new AppError('DB_001', { message: 'Too many write rules at once; nothing of this was stored.', retryAfterS: 1 });

/** Throws DB_002 for one that cannot be stored: what is decided must be possible. */
function documentOf({ rule_id, rule, created_at, version }: RuleVersion, removed: boolean, seq: number): RuleDocument {
  const { enabled, type, owner, scope } = rule;
  const texts = [rule_id, created_at, type, rule.created_at, owner, scope];
  if (!texts.every((text) => typeof text === 'string') || !Number.isSafeInteger(version)) {
    throw new AppError('DB_002', { message: 'The rule cannot be stored: a field of it has another type.' });
  }
  return {
    _id: rule_id,
    version: removed ? version : rule.version,
    removed,
    changed_at: created_at,
    enabled: enabled === true,
    type,
    created_at: rule.created_at,
    owner,
    scope,
    audience: audienceOf(rule),
    rule: removed ? '' : JSON.stringify(rule),
    seq,
  };
}

/** An upsert that finds its document there, but of a later write, collides with it: then nothing is to be done. */
async function unlessDone(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (thrown) {
    const errors = (thrown as { writeErrors?: unknown }).writeErrors;
    const all = Array.isArray(errors) ? errors : [thrown];
    if (all.length === 0 || !all.every(isDuplicate)) throw thrown;
  }
}

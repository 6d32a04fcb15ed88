import { AppError, toAppError } from '../../errors.ts';
import { isInBetween } from '../operator.ts';
import { isOver, type ServerRecord } from '../record.ts';
import { judge } from './judge.ts';
import type { Moves } from './moves.ts';
import type { RolloutParts } from './parts.ts';
import { noted, type RolloutRecord, type Swap } from './record.ts';
import type { RolloutServers } from './servers.ts';

/** The record after a step; null: it waits. */
export type Step = RolloutRecord | null;

/** The steps that lead to the new server. Each may be done again by another process where the last one was killed. */
export class Forward {
  private readonly parts: RolloutParts;
  private readonly servers: RolloutServers;
  private readonly moves: Moves;

  constructor(parts: RolloutParts, servers: RolloutServers, moves: Moves) {
    this.parts = parts;
    this.servers = servers;
    this.moves = moves;
  }

  /** The old one is stopped before there is a new one: who computed there computes elsewhere meanwhile. */
  async parking(record: RolloutRecord, version: number): Promise<Step> {
    const swap = swapOf(record);
    if (!swap.parked) return this.with(record, { parked: true });
    const moved = await this.moves.ensure(record, version);
    if (moved === false) return null;
    if (moved !== 'same') return { ...record, moved_at: this.time() };
    if (!this.isSeen(record)) return null;
    if (swap.old !== null && swap.oldRan) {
      const way = await this.servers.stop(record, swap.old);
      if (way === 'waits')
        return this.isLate(record, 'drainMs') ? this.back(record, `${swap.old} did not stop.`) : null;
      if (way !== 'there') return this.back(record, way.not);
    }
    return this.to(record, 'creating');
  }

  async creating(record: RolloutRecord): Promise<Step> {
    const swap = swapOf(record);
    const { newId, now, store, times } = this.parts;
    if (swap.fresh === null) {
      if (record.retry_at !== null && now().toISOString() < record.retry_at) return null;
      return this.with({ ...record, retry_at: null }, { fresh: newId('srv') });
    }
    const kept = await store.get(swap.fresh);
    if (kept === null) return this.create(record, swap.fresh);
    const server = await this.servers.get(swap.fresh);
    if (server === null) {
      return this.again(record, (await store.get(swap.fresh))?.error ?? 'It was not made.', null);
    }
    if (server.state === 'running') return this.to(record, 'checking');
    if (server.state === 'error') return this.back(record, server.error ?? server.drift ?? 'It has failed.');
    if (!isInBetween(server) || server.goal !== 'running') return this.back(record, `It is ${server.state}.`);
    const isSlow = now().getTime() - Date.parse(server.created_at) > times.bootMs;
    return isSlow ? this.back(record, 'It did not get to run in time.') : null;
  }

  private async create(record: RolloutRecord, id: string): Promise<Step> {
    const { creator, audit, store, closing } = this.parts;
    const { type, config } = record.create;
    const details = { type, gpu: config.gpu_type, count: String(config.gpu_count), rollout: record.id };
    try {
      // Protected only once it has taken over: until then it may have to go.
      await creator.create(
        { ...record.create, protected: false },
        (made) =>
          audit({ event: 'server_created', actor: record.created_by, target: made, client: record.client, details }),
        id,
      );
      return noted(record, `${id} is being made.`, this.time());
    } catch (thrown) {
      if (closing.aborted) return null;
      const kept = await store.get(id);
      // Another process was faster, or it is there after all.
      if (kept !== null && !isOver(kept)) return null;
      const error = toAppError(thrown);
      return mayPass(error)
        ? this.again(record, wordsOf(error), error.retryAfterS ?? null)
        : this.back(record, wordsOf(error));
    }
  }

  /** Tried again under another id, as long as there is time. */
  private again(record: RolloutRecord, why: string, afterS: number | null): RolloutRecord {
    const { now, times } = this.parts;
    if (this.isLate(record, record.strategy === 'recreate' ? 'downMs' : 'createMs')) return this.back(record, why);
    const pause = Math.max(times.retryMs, (afterS ?? 0) * 1000);
    const retry_at = new Date(now().getTime() + pause).toISOString();
    return this.with(noted({ ...record, retry_at }, `Not made: ${why}`, this.time()), { fresh: null });
  }

  async checking(record: RolloutRecord): Promise<Step> {
    const swap = swapOf(record);
    const server = await this.servers.get(swap.fresh);
    const lost = lostWords(server);
    if (lost !== null) return this.back(record, lost);
    if (server === null || server.state !== 'running') return null;
    if (record.wish === 'promote') return this.shift(record, record.steps.length - 1);
    const late = this.isLate(record, 'checkMs');
    if (record.health_check !== null && record.health?.ok !== true) {
      const path = record.health_check;
      const tries = (record.health?.tries ?? 0) + 1;
      const health = { ...(await this.parts.askHealth(server, path, this.signal())), tries };
      if (health.ok) return { ...record, health };
      if (late) return { ...this.back(record, health.reason ?? 'It was not well.'), health };
      return { ...record, health };
    }
    // Where nothing is moved to it, nobody says that it speaks our language.
    if (swap.share === 0 && record.strategy === 'recreate') return this.shift(record, 0);
    const { probe } = this.parts.routing;
    const entry = await this.moves.entry(server.id, 0);
    const well = await probe.health(entry, this.signal()).catch(failedProbe);
    if (!well.ok) return late ? this.back(record, well.detail) : notYet(record, well.detail);
    const smoke = await probe.smoke(entry, this.signal()).catch((thrown: unknown) => ({
      ...failedProbe(thrown),
      ...{ same: null, objects_here: null, objects_there: null, took_ms: 0 },
    }));
    const same = smoke.ok && smoke.same === null ? await this.asOld(swap, smoke.objects_there) : smoke.same;
    const { ok, detail, objects_there, took_ms } = smoke;
    const tried = { ...record, smoke: { ok, detail, same, objects_there, took_ms } };
    if (same === false) return this.back(tried, `It found something else than the old one: ${detail}`);
    if (ok) return this.shift(tried, 0);
    return late ? this.back(tried, detail) : notYet(record, detail);
  }

  /** Where this process cannot compare, the old server answers what it finds. */
  private async asOld({ old }: Swap, objects: number | null): Promise<boolean | null> {
    const server = await this.servers.get(old);
    if (server?.state !== 'running' || objects === null) return null;
    const smoke = await this.parts.routing.probe
      .smoke(await this.moves.entry(server.id, 0), this.signal())
      .catch(() => null);
    return smoke?.ok === true && smoke.objects_there !== null ? smoke.objects_there === objects : null;
  }

  private shift(record: RolloutRecord, step: number): RolloutRecord {
    return this.with(this.to({ ...record, step }, 'shifting'), {
      ...{ isChecked: true, parked: false, moved: record.steps[step] ?? 100 },
    });
  }

  async shifting(record: RolloutRecord, version: number): Promise<Step> {
    const moved = await this.moves.ensure(record, version);
    if (moved === false) return null;
    const { fresh, share, moved: percent } = swapOf(record);
    const after = { ...record, moved_at: this.time() };
    const words =
      share === 0
        ? 'No analyses were moved: none went to the old one.'
        : `${fresh} has ${percent} % of its ${share} %.`;
    if (moved !== 'same') this.parts.tell(after, words, 'info');
    const said = noted(after, words, this.time());
    if (percent < 100) return this.to(said, 'canary');
    if (record.strategy === 'rolling') return this.to(said, 'draining');
    return this.keep(said);
  }

  async canary(record: RolloutRecord): Promise<Step> {
    const { now, times } = this.parts;
    const swap = swapOf(record);
    const last = record.steps.length - 1;
    if (record.wish === 'promote') return this.shift(record, last);
    const lost = lostWords(await this.servers.get(swap.fresh));
    if (lost !== null) return this.back(record, lost);
    if (swap.old !== null && lostWords(await this.servers.get(swap.old)) !== null) {
      return this.shift(noted(record, `${swap.old} runs no more: the new one has everything.`, this.time()), last);
    }
    const judgement = await this.judged(record);
    if (judgement.verdict === 'bad') return { ...this.back(record, judgement.reason), judgement };
    const age = now().getTime() - Date.parse(record.since);
    const isNews = judgement.reason !== record.judgement?.reason;
    const waits = isNews ? { ...record, judgement } : null;
    if (age < record.stepMs + times.measuredMs) return waits;
    if (judgement.verdict === 'good') return this.shift({ ...record, judgement }, record.step + 1);
    if (age < 2 * record.stepMs + times.measuredMs) return waits;
    return { ...this.back(record, `Nobody can say whether it is good: ${judgement.reason}`), judgement };
  }

  /** Of "rolling": the next one is not begun before this one stands still. */
  async draining(record: RolloutRecord): Promise<Step> {
    if (!this.isSeen(record)) return null;
    const { old, oldRan } = swapOf(record);
    let said = record;
    if (old !== null && oldRan) {
      const way = await this.servers.stop(record, old);
      if (way === 'waits' && !this.isLate(record, 'drainMs')) return null;
      if (way !== 'there')
        said = noted(record, `${old} was not stopped: ${way === 'waits' ? 'it is still used.' : way.not}`, this.time());
    }
    const next = record.at + 1;
    if (next >= record.swaps.length) return this.keep(said);
    return this.to({ ...said, at: next, step: 0, health: null, smoke: null }, 'creating');
  }

  /** A promotion is done with that: another one ends the old server before its time. */
  private keep(record: RolloutRecord): RolloutRecord {
    return this.to({ ...record, wish: record.wish === 'promote' ? null : record.wish }, 'keeping');
  }

  async keeping(record: RolloutRecord): Promise<Step> {
    const { now } = this.parts;
    if (record.wish === 'promote') return this.to(record, 'retiring');
    const olds = await Promise.all(record.swaps.map(({ old }) => this.servers.get(old)));
    const isBackPossible = olds.some((server) => server !== null);
    for (const { fresh } of isBackPossible ? record.swaps : []) {
      const lost = lostWords(await this.servers.get(fresh));
      if (lost !== null) return this.back(record, lost);
    }
    if (now().getTime() - Date.parse(record.since) >= record.keepMs) return this.to(record, 'retiring');
    const { share } = swapOf(record);
    if (share === 0 || !isBackPossible) return null;
    const judgement = await this.judged(record, false);
    if (judgement.verdict === 'bad') return { ...this.back(record, judgement.reason), judgement };
    return judgement.reason === record.judgement?.reason ? null : { ...record, judgement };
  }

  /** Of the time since the analyses were moved. */
  private async judged(record: RolloutRecord, compares = true) {
    const { now, routing, times } = this.parts;
    const { old, fresh } = swapOf(record);
    const from = new Date(Date.parse(record.moved_at ?? record.since) + times.seenMs);
    const to = now();
    const of = async (id: string) => ({ id, ...(await routing.traffic.between(id, from, to)) });
    const beside = old ?? record.base.toSorted((a, b) => b.weight - a.weight)[0]?.id ?? null;
    return judge(await of(fresh ?? ''), compares && beside !== null ? await of(beside) : null, to);
  }

  to(record: RolloutRecord, phase: RolloutRecord['phase']): RolloutRecord {
    return { ...record, phase, since: this.time() };
  }

  back(record: RolloutRecord, why: string): RolloutRecord {
    const failure = why.slice(0, 500);
    return this.to(
      noted({ ...record, failure, retry_at: null }, `It goes back: ${failure}`, this.time()),
      'going_back',
    );
  }

  private with(record: RolloutRecord, change: Partial<Swap>): RolloutRecord {
    return { ...record, swaps: record.swaps.map((one, at) => (at === record.at ? { ...one, ...change } : one)) };
  }

  /** Every instance has seen the last move. */
  isSeen({ moved_at }: RolloutRecord): boolean {
    const { now, times } = this.parts;
    return moved_at === null || now().getTime() - Date.parse(moved_at) >= times.seenMs;
  }

  isLate({ since }: RolloutRecord, limit: 'createMs' | 'downMs' | 'checkMs' | 'drainMs' | 'backMs' | 'endMs'): boolean {
    const { now, times } = this.parts;
    return now().getTime() - Date.parse(since) > times[limit];
  }

  time(): string {
    return this.parts.now().toISOString();
  }

  private signal(): AbortSignal {
    const { closing, times } = this.parts;
    return AbortSignal.any([closing, AbortSignal.timeout(times.probeMs)]);
  }
}

const swapOf = ({ swaps, at }: RolloutRecord): Swap => {
  const found = swaps[at];
  if (found === undefined) throw new AppError('SYSTEM_003');
  return found;
};

/** It is asked again; whoever looks meanwhile sees why. */
const notYet = (record: RolloutRecord, detail: string): Step =>
  record.smoke?.detail === detail
    ? null
    : { ...record, smoke: { ok: false, detail, same: null, objects_there: null, took_ms: 0 } };

/** Null: it runs, or may again in a moment. */
function lostWords(server: ServerRecord | null): string | null {
  if (server === null) return 'It is there no more.';
  if (server.goal !== 'running' || server.state === 'stopped') return 'Somebody stopped it.';
  return server.state === 'error' ? (server.drift ?? server.error ?? 'It has failed.') : null;
}

/** Others may get it in a moment; what costs more than was shown stays refused. */
const mayPass = ({ code, details }: AppError): boolean =>
  (code === 'SERVER_004' && details.max_price === undefined) || code === 'SYSTEM_002';

function wordsOf({ message, details }: AppError): string {
  const says = details.provider_says;
  return typeof says === 'string' ? `${message} The provider says: ${says}` : message;
}

const failedProbe = (thrown: unknown) => ({ ok: false, detail: toAppError(thrown).message });

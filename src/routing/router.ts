import { isDeepStrictEqual } from 'node:util';
import type { Asked, Assignment, Backend, Computed } from '../analysis/backend.ts';
import { eachOnce } from '../analysis/each-once.ts';
import { detectOptions, type PipelineParts } from '../analysis/pipeline.ts';
import type { Routing, RoutingEntry } from '../contract/routing.ts';
import { AppError, isRefusal, toAppError } from '../errors.ts';
import { plainText } from '../plain-text.ts';
import type { DetectOptions, ModelIdentity } from '../ports/detector.ts';
import type { Log } from '../telemetry/log.ts';
import { VERSION } from '../version.ts';
import { orderFor } from './choose.ts';
import type { Measuring } from './measuring.ts';
import { Resting } from './resting.ts';
import type { RoutedServers } from './servers.ts';
import { allTo } from './table.ts';

export interface RouterParts {
  readonly routing: { get(): Promise<Routing> };
  readonly here: Backend;
  /** Null: there is none. */
  readonly queue: Backend | null;
  /** Null: none are rented. */
  readonly servers: RoutedServers | null;
  readonly measuring: Measuring;
  /** One of our own computes where no server did. */
  readonly fallback: boolean;
  /** Longest wait for one server while there is another way; null: half of what is left. */
  readonly waitMs: number | null;
  /** Milliseconds of `performance`. */
  readonly clock: () => number;
  readonly log: Log;
}

/** A backend that brought no answer, in our words. */
interface Failure {
  readonly id: string;
  readonly why: string;
}

/** Of what is left, where somebody else may have to do it, at least, ms. */
const LEAST_MS = 500;

/** Sends each analysis where the routing says, and elsewhere where that fails. */
export function createRouter(parts: RouterParts): Backend {
  const { here, queue, servers, measuring, clock, log } = parts;
  const usual = allTo(queue === null ? 'here' : 'queue');
  const resting = new Resting(clock);

  const ownOf = ({ id }: RoutingEntry): Backend => (id === 'queue' && queue !== null ? queue : here);
  const isServer = ({ kind }: RoutingEntry) => kind !== 'here' && kind !== 'queue';

  async function orderOf(asked: Asked): Promise<RoutingEntry[]> {
    const routing = await parts.routing.get().catch((err: unknown) => {
      log.debug({ err }, 'the routing cannot be read');
      return null;
    });
    const entries = routing?.entries ?? [usual];
    resting.only(new Set(entries.map(({ id }) => id)));
    const order = orderFor(asked, entries);
    const hasOwn = order.some((one) => !isServer(one));
    return hasOwn || !parts.fallback ? order : [...order, { ...usual, weight: 0 }];
  }

  async function ownIdentity(entry: RoutingEntry, options: DetectOptions, asked: Asked): Promise<ModelIdentity> {
    return ownOf(entry).identity(options, asked);
  }

  /** What it last said; until then it is taken for what runs here, and the answer is kept only if that was right. */
  async function serverIdentity(entry: RoutingEntry, options: DetectOptions, asked: Asked): Promise<ModelIdentity> {
    const known = servers?.modelOf(entry.id, options) ?? null;
    if (known !== null) return known;
    try {
      return await ownOf(usual).identity(options, asked);
    } catch (noModelHere) {
      const signal = options.signal ?? new AbortController().signal;
      await servers?.introduce(entry, signal).catch((err: unknown) => {
        signal.throwIfAborted();
        log.debug({ err, server: entry.id }, 'a server did not say which model it has');
      });
      const said = servers?.modelOf(entry.id, options) ?? null;
      if (said === null) throw noModelHere;
      return said;
    }
  }

  async function own(entry: RoutingEntry, partsHere: PipelineParts, what: Assignment, asked: Asked): Promise<Computed> {
    const begun = clock();
    try {
      const computed = await ownOf(entry).run(partsHere, what);
      measuring.answered(entry.id, clock() - begun);
      const runs =
        what.model && (await ownIdentity(entry, detectOptions(what.request, what.signal), asked).catch(() => null));
      return isDeepStrictEqual(runs, what.model) ? computed : { ...computed, passing: true };
    } catch (thrown) {
      const failure = toAppError(thrown);
      // That it is full says nothing of how well it works.
      if (isRefusal(failure)) throw thrown;
      const { http } = failure;
      // What the caller did wrong is an answer.
      if (!what.signal.aborted && http < 500) measuring.answered(entry.id, clock() - begun);
      else if (isLate(what.signal) || !what.signal.aborted) measuring.failed(entry.id);
      throw thrown;
    }
  }

  /** Null: it brought no answer, and somebody else may. */
  async function server(entry: RoutingEntry, what: Assignment, hasOthers: boolean): Promise<Computed | Failure> {
    if (servers === null) return { id: entry.id, why: 'No GPU provider is configured here.' };
    const left = what.until - clock();
    const limit = hasOthers ? Math.max(LEAST_MS, Math.min(parts.waitMs ?? left / 2, left - LEAST_MS)) : left;
    const late = AbortSignal.timeout(Math.max(1, Math.ceil(limit)));
    const begun = clock();
    try {
      const brought = await servers.run(entry, what, AbortSignal.any([what.signal, late]));
      resting.answered(entry.id);
      measuring.answered(entry.id, clock() - begun);
      if ('refused' in brought) throw new Refused(brought.refused);
      const { judged, version, model } = brought;
      const isAsNamed = version === VERSION && (what.model === null || isDeepStrictEqual(model, what.model));
      return { ...judged, ...(!isAsNamed && { passing: true }) };
    } catch (thrown) {
      if (thrown instanceof Refused) throw thrown.error;
      // Somebody who has gone says nothing of the server; a time limit does.
      if (what.signal.aborted && !isLate(what.signal)) throw what.signal.reason;
      resting.failed(entry.id);
      measuring.failed(entry.id);
      log.warn({ err: thrown, server: entry.id }, 'a server brought no answer to an analysis');
      what.signal.throwIfAborted();
      return { id: entry.id, why: late.aborted ? `It gave no answer within ${seconds(limit)}.` : reasonOf(thrown) };
    }
  }

  return {
    async identity(options, asked) {
      const order = await orderOf(asked);
      let first = null as unknown;
      for (const entry of order) {
        if (isServer(entry) && resting.isResting(entry.id) && order.length > 1) continue;
        try {
          return await (isServer(entry) ? serverIdentity : ownIdentity)(entry, options, asked);
        } catch (thrown) {
          first ??= thrown;
        }
      }
      throw first ?? new AppError('ANALYSIS_001');
    },
    async run(partsHere, given) {
      const what = { ...given, step: eachOnce(given.step) };
      const asked = { image: what.source.image?.sha256 ?? null, principal: what.principal.id };
      // What needs no model needs no GPU.
      const order = what.model === null ? [usual] : await orderOf(asked);
      const failures: Failure[] = [];
      for (const [at, entry] of order.entries()) {
        const hasOthers = at + 1 < order.length;
        if (!isServer(entry)) {
          try {
            return told(await own(entry, partsHere, what, asked), failures, 'this server computed it itself');
          } catch (thrown) {
            const { code } = toAppError(thrown);
            if (failures.length === 0 || !NOT_HERE.has(code) || what.signal.aborted) throw thrown;
            failures.push({ id: entry.id, why: toAppError(thrown).message });
            continue;
          }
        }
        if (hasOthers && !resting.mayTry(entry.id)) {
          measuring.failed(entry.id);
          failures.push({ id: entry.id, why: 'It failed again and again, and rests for some seconds.' });
          continue;
        }
        if (!hasOthers || failures.length > 0) what.signal.throwIfAborted();
        what.step('detect');
        const done = await server(entry, what, hasOthers);
        if ('why' in done) {
          failures.push(done);
          continue;
        }
        what.step('check');
        return told(done, failures, `${entry.id} computed it`);
      }
      throw noneAnswered(failures);
    },
  };
}

/** What says that one of ours cannot compute at all. */
const NOT_HERE: ReadonlySet<string> = new Set(['ANALYSIS_001', 'ANALYSIS_007', 'QUEUE_001', 'QUEUE_002']);

/** The caller's own mistake, found there. */
class Refused extends Error {
  readonly error: AppError;
  constructor(error: AppError) {
    super(error.message);
    this.error = error;
  }
}

/** It was not to be there, and says why: nobody else gets it from the cache. */
function told(computed: Computed, failures: readonly Failure[], end: string): Computed {
  if (failures.length === 0) return computed;
  const warning = `${failures.map(({ id, why }) => `${id}: ${why}`).join(' ')} So ${end}.`;
  const { content } = computed;
  return { ...computed, content: { ...content, warnings: [warning, ...content.warnings] }, passing: true };
}

const noneAnswered = (failures: readonly Failure[]) =>
  new AppError('SERVER_007', {
    message: `No backend that analyses are routed to gave an answer. ${failures.map(({ id, why }) => `${id}: ${why}`).join(' ')}`,
    details: { tried: failures.map(({ id }) => id) },
    retryAfterS: 2,
  });

const reasonOf = (thrown: unknown) => (thrown instanceof AppError ? plainText(thrown.message, 400) : 'It failed.');

/** The time limit of the analysis, not its caller. */
const isLate = ({ aborted, reason }: AbortSignal) =>
  aborted && reason instanceof DOMException && reason.name === 'TimeoutError';

const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;

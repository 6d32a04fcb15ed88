import { LRUCache } from 'lru-cache';
import { identityOf } from '../analysis/away/outcome.ts';
import { type Introduction, type RemoteAnswer, readAnswer, readIntroduction } from '../analysis/away/remote-answer.ts';
import { encodeWork } from '../analysis/away/work.ts';
import type { Assignment } from '../analysis/backend.ts';
import type { Judged } from '../analysis/judge.ts';
import { detectOptions } from '../analysis/pipeline.ts';
import { MOST_BACKENDS, type RoutingEntry } from '../contract/routing.ts';
import { AppError } from '../errors.ts';
import type { ServerPlaces, ServerUse } from '../fleet/service.ts';
import type { Image } from '../image/image.ts';
import type { DetectOptions, ModelIdentity } from '../ports/detector.ts';
import type { GpuWorkers, WorkerAddress } from '../ports/gpu-workers.ts';
import { sha256 } from '../sha256.ts';

export interface ServersParts {
  readonly use: ServerUse;
  readonly places: ServerPlaces;
  readonly workers: GpuWorkers;
  /** The same picture in a file that says nothing else. */
  readonly withoutMetadata: (image: Image, signal: AbortSignal) => Promise<Buffer>;
  /** Milliseconds; never goes back. */
  readonly clock: () => number;
}

/** Where a server is is asked so often at most, ms. */
const KNOWN_MS = 1000;
/** What keeps people's names to us: a server is told what is asked, not by whom. */
const NOBODY = { id: 'routed', kind: 'local', role: 'viewer', permissions: [] } as const;
const LABEL = 'photo';

/** What a server brought: an answer, of this program's version and of which model, or the caller's own mistake. */
export type Brought =
  | { readonly judged: Judged; readonly version: string; readonly model: ModelIdentity | null }
  | { readonly refused: AppError };

/** Rented servers that compute. What keeps an answer away is SERVER_007, SERVER_001 or SERVER_002. */
export class RoutedServers {
  private readonly parts: ServersParts;
  private readonly places = new LRUCache<string, { readonly at: number; readonly place: Promise<WorkerAddress> }>({
    max: 4 * MOST_BACKENDS,
  });
  private readonly introduced = new LRUCache<string, Introduction>({ max: 4 * MOST_BACKENDS });

  constructor(parts: ServersParts) {
    this.parts = parts;
  }

  /** What it last said that it runs; null: it never said, or has no model. */
  modelOf(id: string, options: DetectOptions): ModelIdentity | null {
    const card = this.introduced.get(id)?.card ?? null;
    return card && identityOf(card, options);
  }

  async introduce(entry: RoutingEntry, signal: AbortSignal): Promise<Introduction> {
    const said = await this.parts.workers.introduce(await this.placeOf(entry), signal);
    return this.keep(
      entry.id,
      readable(() => readIntroduction(said)),
    );
  }

  async health(entry: RoutingEntry, signal: AbortSignal) {
    return this.parts.workers.health(await this.placeOf(entry), signal);
  }

  /** Counted as a use of the server, so that it is not stopped meanwhile and not taken for idle. */
  async run(entry: RoutingEntry, what: Assignment, signal: AbortSignal): Promise<Brought> {
    const over = await this.parts.use.use(entry.id);
    let isDone = false;
    try {
      const sent = await this.withoutMetadata(what, signal);
      const said = await this.parts.workers.compute(await this.placeOf(entry), workOf(sent), signal);
      const brought = this.read(
        entry.id,
        readable(() => readAnswer(said)),
        sent,
        what,
      );
      isDone = true;
      return brought;
    } finally {
      over(isDone ? 'done' : 'failed');
    }
  }

  /** Place, time and owner are nobody's business there; what measuring needs of the lens stays in the file. */
  private async withoutMetadata(what: Assignment, signal: AbortSignal): Promise<Assignment> {
    const { image } = what.source;
    if (image === null) return what;
    try {
      const bytes = await this.parts.withoutMetadata(image, signal);
      return { ...what, source: { ...what.source, image: { ...image, bytes, sha256: await sha256(bytes) } } };
    } catch (cause) {
      signal.throwIfAborted();
      throw failed('The photo could not be rid of its metadata, so it was not sent.', cause);
    }
  }

  private read(id: string, { version, outcome }: RemoteAnswer, sent: Assignment, what: Assignment): Brought {
    if ('refused' in outcome) {
      const { code, http } = outcome.refused;
      const isCallers = http < 500 && !/^(AUTH|RATE|SERVER|SYSTEM)_/.test(code);
      if (!isCallers) throw failed(`It refused with ${code}.`);
      return { refused: outcome.refused };
    }
    const { judged, card } = outcome;
    this.keep(id, { format: 1, version, card });
    if (!answers(judged, sent)) throw failed('Its answer is to something else.');
    const model = card && identityOf(card, detectOptions(what.request, what.signal));
    const content = {
      ...judged.content,
      image: { ...judged.content.image, sha256: what.source.image?.sha256 ?? null },
    };
    const isIts = content.model?.name === model?.name && content.model?.version === model?.version;
    return { judged: { ...judged, content }, version, model: isIts ? model : null };
  }

  private keep(id: string, said: Introduction): Introduction {
    this.introduced.set(id, said);
    return said;
  }

  private async placeOf({ id, kind, server_id }: RoutingEntry): Promise<WorkerAddress> {
    const { clock } = this.parts;
    let known = this.places.get(id);
    if (known === undefined || clock() - known.at > KNOWN_MS) {
      known = { at: clock(), place: this.findPlace(server_id ?? id) };
      known.place.catch(() => this.places.delete(id));
      this.places.set(id, known);
    }
    const place = await known.place;
    if (place.kind !== kind) throw failed(`It takes analyses as ${place.kind}, not as ${kind}.`);
    return place;
  }

  private async findPlace(serverId: string): Promise<WorkerAddress> {
    const place = await this.parts.places.placeOf(serverId);
    if (place === null) throw new AppError('SERVER_001', { details: { server_id: serverId } });
    return place;
  }
}

/** A caller's name of the photo may be an address with a key in it. */
function workOf(what: Assignment): Buffer {
  const { image: _, ...request } = what.request;
  const { image } = what.source;
  return encodeWork({
    ...what,
    request,
    principal: { ...NOBODY, permissions: [] },
    source: { ...what.source, image: image && { ...image, label: LABEL } },
  });
}

/** Of this photo, by these rules and no others. */
function answers({ content, outcomes, times }: Judged, { source, rules }: Assignment): boolean {
  const { width, height, sha256 } = content.image;
  const known = new Set(rules.map(({ rule_id }) => rule_id));
  const named = [...content.rules, ...outcomes, ...times];
  return (
    width === source.width &&
    height === source.height &&
    sha256 === (source.image?.sha256 ?? null) &&
    named.every(({ rule_id }) => known.has(rule_id))
  );
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw failed('Its answer is none that this version knows.', cause);
  }
}

const failed = (message: string, cause?: unknown) =>
  new AppError('SERVER_007', { message, ...(cause !== undefined && { cause }) });

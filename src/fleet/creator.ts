import type { CreateServer } from '../contract/server.ts';
import { AppError } from '../errors.ts';
import { type CloudServer, cloudName, type GpuOffer, NoCapacity } from '../ports/gpu-cloud.ts';
import { type Choice, choose, demandCandidates, priceOf } from './gpus.ts';
import { NEW_METER } from './meter.ts';
import { noImage } from './no-image.ts';
import { isNamed, minAboveMax, type Operator, type OperatorParts } from './operator.ts';
import { demandNoSecrets } from './own-environment.ts';
import { type Intent, isOver, type ServerRecord } from './record.ts';
import { newSalt, tokenEnvironment } from './server-token.ts';
import { MOST_SERVERS } from './times.ts';

export interface CreatorParts
  extends Pick<OperatorParts, 'store' | 'cloud' | 'secret' | 'times' | 'now' | 'newId' | 'sleep' | 'closing'> {
  readonly operator: Operator;
  /** Container of servers that name none; null: none is configured. */
  readonly image: string | null;
  /** Of timed servers, and of those behind a load balancer; that of requests first. */
  readonly ports: readonly string[];
}

/** A creation whose answer was lost is looked for so often. */
const LOOKS = 3;

/** Has servers made: written down first, then candidate after candidate. */
export class Creator {
  private readonly parts: CreatorParts;
  private readonly operator: Operator;

  constructor(parts: CreatorParts) {
    this.parts = parts;
    this.operator = parts.operator;
  }

  /** What may be had of what is asked for; throws where nothing. */
  async choose(given: CreateServer): Promise<Choice> {
    const { type, config, fallback_gpu_types: others, max_price: maxPrice } = given;
    if (config.min_instances > config.max_instances) throw minAboveMax();
    demandNoSecrets(config.env);
    const offers = await this.operator.ask((signal) => this.parts.cloud.catalog(type, signal));
    const wish = { type, names: [config.gpu_type, ...others], count: config.gpu_count, maxPrice };
    const choice = choose(offers, wish);
    demandCandidates(choice, offers, wish);
    return choice;
  }

  /** Its id, once the provider has it; `id`: that, where nothing was ever made under it. */
  async create(given: CreateServer, before: (id: string) => Promise<void>, id: string): Promise<string> {
    const image = given.config.image ?? this.parts.image;
    if (image === null) throw noImage();
    const { candidates } = await this.choose(given);
    await this.demandRoom();
    await before(id);
    const intent = this.operator.intent('create', 'asked', 'pending');
    const written = newRecord(id, { ...given, config: { ...given.config, image } }, intent);
    await this.parts.store.add(written);
    const server = await this.firstToBeHad(written, intent, given, image, candidates);
    const record = await this.operator.accepted(id, intent, server);
    await this.checkPrice(record, server, given.max_price, dearest(candidates, given));
    return id;
  }

  private async firstToBeHad(
    written: ServerRecord,
    intent: Intent,
    given: CreateServer,
    image: string,
    candidates: readonly GpuOffer[],
  ): Promise<CloudServer> {
    const { id } = written;
    const tried: { gpu: string; provider_says: string | null }[] = [];
    for (const gpu of candidates) {
      const mine = await this.operator.change(id, (record) =>
        record.intent?.id === intent.id ? { ...record, gpu } : null,
      );
      if (mine === null) throw new AppError('SERVER_002', { message: 'It was ended before it was made.' });
      try {
        const spec = this.spec(written, given, image, gpu);
        const made = await this.operator.ask((signal) => this.parts.cloud.create(spec, signal));
        return await this.checked(id, made);
      } catch (thrown) {
        if (!(thrown instanceof NoCapacity)) return await this.notMade(id, intent, thrown);
        tried.push({ gpu: gpu.id, provider_says: thrown.says });
      }
    }
    await this.drop(id, intent);
    throw new AppError('SERVER_004', {
      message: 'None of the GPUs asked for is to be had now.',
      advice: 'Name another GPU ("h200-mug deploy list-gpus"), or try again later.',
      details: { tried },
      retryAfterS: 60,
    });
  }

  private spec(written: ServerRecord, { type, config, serving }: CreateServer, image: string, gpu: GpuOffer) {
    return {
      type,
      name: cloudName(written.id),
      image,
      gpu,
      gpuCount: config.gpu_count,
      env: { ...tokenEnvironment(this.parts.secret(), written), ...config.env },
      ports: this.parts.ports,
      workers: { min: config.min_instances, max: config.max_instances },
      serving,
    };
  }

  /** The id of an answer may be of something else: whatever is done later is done to that. */
  private async checked(id: string, made: CloudServer): Promise<CloudServer> {
    const { cloud } = this.parts;
    const there = await this.operator.ask((signal) => cloud.get(made.type, made.id, signal)).catch(() => null);
    if (there === null || isNamed(there, id)) return made;
    throw new AppError('SERVER_004', {
      message: 'The GPU provider answered a creation with another server.',
      details: { may_exist: cloudName(id) },
    });
  }

  /** What the provider made after all; else throws what it threw. */
  private async notMade(id: string, intent: Intent, thrown: unknown): Promise<CloudServer> {
    if (this.parts.closing.aborted) throw thrown;
    const mayExist = !(thrown instanceof AppError) || thrown.details.may_exist !== undefined;
    const found = mayExist ? await this.find(id).catch(() => null) : null;
    if (found !== null) return found;
    // The caller is told that it failed: should it appear, it is ended.
    await this.drop(id, intent);
    throw thrown;
  }

  private async find(id: string): Promise<CloudServer | null> {
    const { cloud, sleep, times, closing } = this.parts;
    for (let look = 0; look < LOOKS && !closing.aborted; look += 1) {
      await sleep(times.pollMs, closing);
      const found = (await this.operator.ask((signal) => cloud.list(signal))).find((one) => isNamed(one, id));
      if (found !== undefined && found.state !== 'terminated') return found;
    }
    return null;
  }

  /** It never was. */
  private async drop(id: string, intent: Intent): Promise<void> {
    const at = this.parts.now().toISOString();
    await this.operator.change(id, (record) =>
      record.intent?.id === intent.id
        ? { ...record, state: 'stopped', goal: 'terminated', intent: null, terminated_at: at }
        : null,
    );
  }

  /**
   * A price that was raised since the catalog was read is not paid, nor one that nobody tells where it was limited; without a limit
   * such a server is kept, and says so (`UNTOLD`).
   */
  private async checkPrice(
    { id, type }: ServerRecord,
    server: CloudServer,
    limit: number | null,
    shown: number | null,
  ): Promise<void> {
    if (type !== 'timed') return;
    const most = limit ?? shown;
    const price = await this.priceTold(server, limit === null ? 0 : LOOKS);
    if (price === null ? limit === null : most === null || price <= most) return;
    await this.operator.act(id, 'terminate', { force: true });
    throw new AppError('SERVER_004', {
      message:
        price === null
          ? 'The provider does not tell what it costs, so nobody can say that it is within max_price: it was ended at once.'
          : `It would have cost $${price} an hour, so it was ended at once.`,
      advice: price === null ? 'Name another GPU, or give no max_price.' : 'Raise max_price, or name another GPU.',
      details: { max_price: most, price_per_hour: price },
    });
  }

  private async priceTold({ type, id, costPerHour }: CloudServer, looks: number): Promise<number | null> {
    const { cloud, sleep, times, closing } = this.parts;
    let price = costPerHour;
    for (let look = 0; price === null && look < looks && !closing.aborted; look += 1) {
      await sleep(times.pollMs, closing);
      const server = await this.operator.ask((signal) => cloud.get(type, id, signal)).catch(() => null);
      price = server?.costPerHour ?? null;
    }
    return price;
  }

  private async demandRoom(): Promise<void> {
    const all = await this.parts.store.all();
    if (all.filter(({ record }) => !isOver(record)).length < MOST_SERVERS) return;
    throw new AppError('SERVER_002', {
      message: `There are ${MOST_SERVERS} servers.`,
      advice: 'Terminate those that are not needed.',
    });
  }
}

function newRecord(
  id: string,
  { type, config, serving, protected: isProtected }: CreateServer,
  intent: Intent,
): ServerRecord {
  return {
    id,
    type,
    config,
    forgotten_env: [],
    token_salt: newSalt(config.env),
    serving,
    protected: isProtected,
    adopted: null,
    state: 'pending',
    goal: 'running',
    intent,
    provider_id: null,
    gpu: null,
    created_at: intent.at,
    started_at: null,
    stopped_at: null,
    terminated_at: null,
    endpoint_url: null,
    instances: null,
    cost_per_hour: null,
    error: null,
    drift: null,
    watched_since: null,
    warned_at: null,
    meter: { ...NEW_METER, at: intent.at },
  };
}

/** What the catalog asked for was the most; null: it does not tell. */
function dearest(candidates: readonly GpuOffer[], { type, config }: CreateServer): number | null {
  const prices = candidates.map((offer) => priceOf(offer, type, config.gpu_count));
  return prices.includes(null) ? null : Math.max(...prices.map((price) => price ?? 0));
}

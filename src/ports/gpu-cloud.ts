import type { ServerType } from '../contract/server.ts';

/** Names of servers that we created: they are found again by them where the answer of their creation was lost. */
export const OUR_SERVERS = 'h200-mug-';

/** The name at the provider of a server of ours; one of its id never has two. */
export const cloudName = (id: string): string => `${OUR_SERVERS}${id}`;

/** The reverse; null: not one of ours. */
export const idOfCloudName = (name: string): string | null =>
  name.startsWith(OUR_SERVERS) ? name.slice(OUR_SERVERS.length) : null;

/** A GPU as the catalog offers it now. Prices are US dollars per hour and GPU; null: not offered or not told. */
export interface GpuOffer {
  /** What a timed server is created with. */
  readonly id: string;
  readonly name: string;
  /** What a serverless one is created with; null: not offered. */
  readonly pool: string | null;
  readonly memoryGb: number;
  readonly price: { readonly timed: number | null; readonly serverless: number | null };
  readonly availability: 'none' | 'low' | 'medium' | 'high' | null;
}

export interface CloudSpec {
  readonly type: ServerType;
  /** Made by `cloudName`. */
  readonly name: string;
  readonly image: string;
  readonly gpu: GpuOffer;
  readonly gpuCount: number;
  readonly env: Readonly<Record<string, string>>;
  /** Such as "8000/http"; the first of them that is http is where requests go. */
  readonly ports: readonly string[];
  /** Of serverless ones. */
  readonly workers: { readonly min: number; readonly max: number };
  /** How callers reach a serverless one: jobs in a queue, or HTTP through a load balancer. */
  readonly serving: 'queue' | 'load_balancer';
}

/** A server as the provider knows it. */
export interface CloudServer {
  readonly id: string;
  readonly type: ServerType;
  readonly name: string;
  readonly state: 'pending' | 'starting' | 'running' | 'stopped' | 'error' | 'terminated';
  /** Of our own gateway's requests: where they go; null: nowhere yet. */
  readonly url: string | null;
  /** Null: not known; `list` asks for it for our own alone. */
  readonly instances: number | null;
  readonly workers: { readonly min: number; readonly max: number } | null;
  /** US dollars per hour for what runs at this moment; null: not told (serverless is billed by the second). */
  readonly costPerHour: number | null;
  readonly image: string;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly locked: boolean;
  /** Shares 0 to 1 per GPU; null: not told. */
  readonly gpus: readonly { readonly utilization: number | null; readonly memory: number | null }[] | null;
}

export interface BilledAmount {
  readonly serverId: string;
  readonly start: string;
  readonly end: string;
  readonly usd: number;
}

export interface LogLine {
  /** Where `logs` goes on after it. */
  readonly cursor: string;
  readonly at: string;
  readonly source: 'container' | 'system';
  readonly text: string;
}

/**
 * Where GPU servers are rented. Every call may throw SERVER_003 (refused) and SERVER_002 (not in this state), both with its own
 * words in `details.provider_says`; SERVER_001 (there is no such server any more); SERVER_004 (not reached, overloaded or out of
 * order; `retry_after_s` where it said so); ANALYSIS_006 when the signal ended it.
 */
export interface GpuCloud {
  catalog(type: ServerType, signal: AbortSignal): Promise<GpuOffer[]>;
  list(signal: AbortSignal): Promise<CloudServer[]>;
  /** Null: there is none. */
  get(type: ServerType, id: string, signal: AbortSignal): Promise<CloudServer | null>;
  /**
   * Throws also `NoCapacity` where this GPU is not to be had now; another candidate may be tried. Where nobody knows whether it was
   * created, the error has `details.may_exist`: its name, by which `list` finds it as soon as it is there. After an outage two may
   * come of one name: the one with the id that was told is it.
   */
  create(spec: CloudSpec, signal: AbortSignal): Promise<CloudServer>;
  /** Throws also `NoCapacity`: a stopped server keeps its machine, whose GPUs others may have rented. */
  start(server: CloudServer, workers: CloudServer['workers'], signal: AbortSignal): Promise<CloudServer>;
  stop(server: CloudServer, signal: AbortSignal): Promise<CloudServer>;
  restart(server: CloudServer, workers: CloudServer['workers'], signal: AbortSignal): Promise<CloudServer>;
  /** Only what is named changes. */
  update(
    server: CloudServer,
    change: Partial<Pick<CloudSpec, 'image' | 'env' | 'workers'>>,
    signal: AbortSignal,
  ): Promise<CloudServer>;
  /** Also where it is gone already. */
  terminate(server: CloudServer, signal: AbortSignal): Promise<void>;
  billing(since: string, signal: AbortSignal): Promise<BilledAmount[]>;
  /** Lines as they come, from `after` on or the last `tail`; ends with the signal. */
  logs(
    server: CloudServer,
    from: { readonly after: string | null; readonly tail: number },
    signal: AbortSignal,
  ): AsyncIterable<LogLine>;
}

/**
 * The GPU asked for is not to be had now. RunPod says so in words alone, with the status that a broken request gets too: where
 * every candidate is refused in the same words, they are what is wrong.
 */
export class NoCapacity extends Error {
  override readonly name = 'NoCapacity';
  /** The provider's own words. */
  readonly says: string | null;
  constructor(says: string | null = null) {
    super(says ?? 'The GPU is not to be had now.');
    this.says = says;
  }
}

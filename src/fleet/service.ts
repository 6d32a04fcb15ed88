import type { CallContext } from '../contract/call-context.ts';
import type {
  ConfiguredServers,
  ControlAnswer,
  ControlServerInput,
  CostReport,
  CostRequest,
  CreateServerInput,
  LogsRequestInput,
  OffersRequest,
  ServerInfo,
  ServerList,
  ServerLogLine,
  ServerLogs,
  ServerOffer,
  ServerQuote,
  ServerSettings,
  ServerTarget,
} from '../contract/server.ts';

/**
 * GPU servers that are rented. They belong to the installation: who may see them sees all. All but `list` throw SERVER_005
 * where no provider is configured; what reaches the provider throws SERVER_003 and SERVER_004 too. By type: SERVER_001 where
 * there is none of it, VALIDATION_002 with their ids where there are several.
 */
export interface FleetService {
  /** servers:read. Never throws for the provider: `provider` says how it is. */
  list(ctx: CallContext): Promise<ServerList>;
  /** servers:read. */
  get(ctx: CallContext, target: ServerTarget): Promise<ServerInfo>;
  /** servers:read. What the provider offers now, cheapest first; those above `max_price` and of unknown price are left out with it. */
  offers(ctx: CallContext, request: OffersRequest): Promise<readonly ServerOffer[]>;
  /** servers:read. What `create` would do and cost; nothing is created. */
  quote(ctx: CallContext, request: CreateServerInput): Promise<ServerQuote>;
  /**
   * servers:deploy. Candidates in order until one is to be had. With `wait_for_completion` it answers when it runs, has
   * failed, or after ten minutes.
   */
  create(ctx: CallContext, request: CreateServerInput): Promise<ControlAnswer>;
  /** servers:control; to terminate it: servers:delete; to update it: servers:deploy. Throws SERVER_002. */
  control(ctx: CallContext, target: ServerTarget, request: ControlServerInput): Promise<ControlAnswer>;
  /** servers:control. */
  configure(ctx: CallContext, target: ServerTarget, settings: ServerSettings): Promise<ConfiguredServers>;
  /** servers:read. */
  cost(ctx: CallContext, request?: CostRequest): Promise<CostReport>;
  /** servers:read. */
  logs(ctx: CallContext, target: ServerTarget, request?: LogsRequestInput): Promise<ServerLogs>;
  /** servers:read. Lines as they come, until `ctx.signal` ends; `lines` of the past first. */
  follow(ctx: CallContext, target: ServerTarget, request?: LogsRequestInput): AsyncIterable<ServerLogLine>;
}

/** Of whoever sends requests to servers. */
export interface ServerUse {
  /**
   * Before a request is sent there; the function says when it is over. Throws SERVER_002 where the server does not run or is
   * being stopped: send it elsewhere. What is in use is not stopped for being idle, by any process of ours.
   */
  use(serverId: string): Promise<(outcome: 'done' | 'failed') => void>;
  /** A request went there and is over. */
  touched(serverId: string): Promise<void>;
}

/** Where a server is at the provider, and how it takes analyses. */
export interface ServerPlace {
  readonly kind: 'endpoint_jobs' | 'endpoint_http' | 'pod';
  readonly providerId: string;
  /** What our program there asks for; null: nothing. */
  readonly token: string | null;
}

export interface ServerPlaces {
  /** Null: there is none of this id, or it is not there yet. */
  placeOf(serverId: string): Promise<ServerPlace | null>;
}

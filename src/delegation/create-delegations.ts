import { randomBytes } from 'node:crypto';
import type { AuditEvent } from '../access/accounts/audit.ts';
import { demand } from '../access/can.ts';
import type { Analysis } from '../contract/analysis.ts';
import type { CallContext } from '../contract/call-context.ts';
import { type Delegation, DelegationRequest, isOpen } from '../contract/delegation.ts';
import type { PeerSettings } from '../contract/peer-settings.ts';
import { AppError } from '../errors.ts';
import type { PeerAgents, PeerMessage } from '../ports/peer-agents.ts';
import type { Registry } from '../ports/registry.ts';
import type { Log } from '../telemetry/log.ts';
import { Budget } from './budget.ts';
import { Follower, type FollowTimes, TIMES } from './follow.ts';
import type { DelegationService } from './service.ts';
import { DelegationStore, type Kept } from './store.ts';
import { nextTrace } from './trace.ts';

export interface DelegationParts {
  readonly registry: Registry;
  readonly peers: readonly PeerSettings[];
  readonly agents: PeerAgents;
  /** Writes a line of the audit log. */
  readonly audit: (event: AuditEvent) => Promise<void>;
  /** Throws ANALYSIS_008 where the caller has none of this id. */
  readonly analysis: (ctx: CallContext, id: string) => Promise<Analysis>;
  /** The photo of one of the caller's analyses, without metadata; null: there is none. */
  readonly photo: (ctx: CallContext, id: string) => Promise<PeerMessage['image']>;
  /** Reads an image as analysing does, without metadata. */
  readonly image: (ctx: CallContext, source: string) => Promise<NonNullable<PeerMessage['image']>>;
  readonly mostDepth: number;
  readonly newId: (prefix: string) => string;
  readonly now: () => Date;
  readonly log: Log;
  readonly times?: FollowTimes;
}

export interface Delegations extends DelegationService {
  /** By a hook, for the owner of what it saw. */
  startByHook(ctx: CallContext, request: DelegationRequest): Promise<Delegation>;
  /** Goes on with what was handed over before this program began. */
  resume(): void;
  close(): Promise<void>;
}

export function createDelegations(parts: DelegationParts): Delegations {
  const { peers, now } = parts;
  const store = new DelegationStore(parts.registry);
  const budget = new Budget(parts.registry, now);
  const peerOf = (name: string) => peers.find((peer) => peer.name === name);
  const times = parts.times ?? TIMES;
  const follower = new Follower({ store, agents: parts.agents, peerOf, now, log: parts.log, times });

  async function own(ctx: CallContext, id: string): Promise<Kept> {
    const kept = await store.get(id);
    if (kept === null || kept.owner !== ctx.principal.id)
      throw new AppError('DELEGATION_001', { details: { delegation_id: id } });
    return kept;
  }

  async function refused(ctx: CallContext, request: DelegationRequest, thrown: unknown): Promise<void> {
    if (!(thrown instanceof AppError) || !/^DELEGATION_00[235]$/.test(thrown.code)) return;
    await parts.audit(line(ctx, 'delegation_refused', request.peer, { code: thrown.code, ...depthOf(thrown) }));
  }

  async function start(ctx: CallContext, given: DelegationRequest, by: Delegation['started_by'], waitMs = 0) {
    demand(ctx.principal, 'analysis:write');
    const giveBack = follower.place(ctx.principal.id, given.peer);
    if (giveBack === null)
      throw new AppError('SYSTEM_002', { message: 'Too many delegations are open.', retryAfterS: 10 });
    const id = await begin(ctx, given, by, giveBack).catch((thrown: unknown) => {
      giveBack();
      throw thrown;
    });
    await follower.settled(id, waitMs, ctx.signal);
    return (await own(ctx, id)).shown;
  }

  /** Its id. Until it throws, `giveBack` is the follower's to call. */
  async function begin(
    ctx: CallContext,
    given: DelegationRequest,
    by: Delegation['started_by'],
    giveBack: () => void,
  ): Promise<string> {
    const request = DelegationRequest.parse(given);
    const [peer, skill, trace] = await (async () => {
      const peer = peerOf(request.peer);
      if (peer === undefined) throw unknownPeer(peers);
      const skill = skillOf(peer, request.skill);
      checkDeadline(peer, request.deadline_s);
      return [peer, skill, nextTrace(await identityOf(parts), ctx.delegation, parts.mostDepth)] as const;
    })().catch(async (thrown: unknown) => {
      await refused(ctx, request, thrown);
      throw thrown;
    });
    const message = { ...(await messageOf(parts, ctx, request)), skill, trace };
    await budget.take(peer.name, peer.calls_per_day).catch(async (thrown: unknown) => {
      await refused(ctx, request, thrown);
      throw thrown;
    });
    const at = now();
    const shown: Delegation = {
      delegation_id: parts.newId('del'),
      peer: peer.name,
      skill,
      started_by: by,
      analysis_id: request.analysis_id ?? null,
      state: 'submitted',
      peer_says: null,
      artifacts: [],
      error: null,
      depth: trace.depth,
      created_at: at.toISOString(),
      updated_at: at.toISOString(),
      deadline: new Date(at.getTime() + request.deadline_s * 1000).toISOString(),
    };
    const held_until = new Date(at.getTime() + times.heldMs).toISOString();
    const kept = await store.add(ctx.principal.id, { shown, trace, task_id: null, held_until });
    const details = { delegation: shown.delegation_id, depth: String(trace.depth), by, sent: sentOf(message) };
    await parts.audit(line(ctx, 'delegated', peer.name, details));
    follower.begin(kept, message, giveBack);
    return shown.delegation_id;
  }

  return {
    async peers({ principal }) {
      demand(principal, 'analysis:read');
      return Promise.all(
        peers.map(async ({ name, skills = null, calls_per_day, longest_deadline_s }) => ({
          name,
          skills,
          calls_per_day,
          calls_left_today: await budget.left(name, calls_per_day),
          longest_deadline_s,
        })),
      );
    },
    start: (ctx, request, { waitMs } = {}) => start(ctx, request, 'caller', waitMs),
    startByHook: (ctx, request) => start(ctx, request, 'hook'),
    async get(ctx, id) {
      demand(ctx.principal, 'analysis:read');
      return (await own(ctx, id)).shown;
    },
    async list(ctx, page) {
      demand(ctx.principal, 'analysis:read');
      return store.list(ctx.principal.id, page);
    },
    async cancel(ctx, id) {
      demand(ctx.principal, 'analysis:write');
      const kept = await own(ctx, id);
      if (isOpen(kept.shown.state)) await follower.cancel(kept);
      return (await own(ctx, id)).shown;
    },
    resume: () => follower.adopt(),
    close: () => follower.close().finally(() => store.close()),
  };
}

const line = (
  { principal, client }: CallContext,
  event: 'delegated' | 'delegation_refused',
  target: string,
  details: Record<string, string>,
): AuditEvent => ({ event, actor: principal.id, target, client: client ?? null, details });

const depthOf = ({ details }: AppError): Record<string, string> =>
  typeof details.depth === 'number' ? { depth: String(details.depth), limit: String(details.limit) } : {};

const sentOf = ({ text, image, data }: PeerMessage) =>
  [text !== null && 'text', image !== null && 'photo', data !== null && 'analysis'].filter(Boolean).join(', ');

const unknownPeer = (peers: readonly PeerSettings[]) =>
  new AppError('DELEGATION_003', {
    message: peers.length === 0 ? 'No peer is configured.' : 'No peer of this name is configured.',
    details: { peers: peers.map(({ name }) => name) },
  });

/** The only one that is allowed goes without saying. */
function skillOf({ skills }: PeerSettings, asked: string | undefined): string | null {
  if (skills === undefined) return asked ?? null;
  const skill = asked ?? (skills.length === 1 ? skills[0]! : null);
  if (skill !== null && skills.includes(skill)) return skill;
  const message = skill === null ? 'Name the skill of the peer.' : 'This skill of the peer may not be used.';
  throw new AppError('DELEGATION_003', { message, details: { skills } });
}

function checkDeadline({ longest_deadline_s: most }: PeerSettings, asked: number): void {
  if (asked <= most) return;
  throw new AppError('VALIDATION_002', {
    message: `"deadline_s" may be at most ${most} for this peer.`,
    details: { field: 'deadline_s', max: most },
  });
}

async function messageOf(parts: DelegationParts, ctx: CallContext, request: DelegationRequest) {
  const { text = null, analysis_id: id, image: source, send } = request;
  if (text === null && id === undefined && source === undefined) {
    throw new AppError('VALIDATION_001', {
      message: 'There is nothing to hand over.',
      advice: 'Give "text", "analysis_id" or "image".',
      details: { field: 'text' },
    });
  }
  if (id !== undefined && source !== undefined) {
    throw new AppError('VALIDATION_002', {
      message: 'Both "analysis_id" and "image" are given.',
      advice: 'Give one of them.',
      details: { fields: ['analysis_id', 'image'] },
    });
  }
  const data = id === undefined || send === 'photo' ? null : { analysis: await parts.analysis(ctx, id) };
  const wantsPhoto = id !== undefined && send !== 'analysis';
  const photo = wantsPhoto ? await parts.photo(ctx, id) : null;
  if (wantsPhoto && photo === null) {
    const message = 'There is no photo: this analysis was made of detections.';
    throw new AppError('STORAGE_002', { message, details: { analysis_id: id } });
  }
  const image = source === undefined ? photo : await parts.image(ctx, source);
  return { text, image, data: data as unknown };
}

const known = new WeakMap<Registry, Promise<string>>();

/** What this agent is called in traces: the same for all servers of one store, and after a restart. */
function identityOf(parts: Pick<DelegationParts, 'registry' | 'now'>): Promise<string> {
  const { registry, now } = parts;
  const read = async (): Promise<string> => {
    for (;;) {
      const found = (await registry.get('agent_identity', 'self'))?.value as { id?: unknown } | undefined;
      if (typeof found?.id === 'string') return found.id;
      const value = { id: `agent_${randomBytes(9).toString('base64url')}` };
      const entry = { id: 'self', lookup: null, owner: 'self', expires_at: null, version: 1, value };
      await registry.add('agent_identity', { ...entry, created_at: now().toISOString() });
    }
  };
  const asked = known.get(registry) ?? read();
  known.set(registry, asked);
  asked.catch(() => known.delete(registry));
  return asked;
}

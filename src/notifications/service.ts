import * as z from 'zod';
import { can, demand } from '../access/can.ts';
import type { CallContext } from '../contract/call-context.ts';
import {
  type DeadLetter,
  NotificationPreferences,
  Render,
  type SenderName,
  type TargetName,
  type TargetState,
  type TargetStatus,
  type TestOutcome,
} from '../contract/notification.ts';
import type { Page, PageRequest } from '../contract/page.ts';
import { AppError } from '../errors.ts';
import type { Callbacks } from '../ports/callbacks.ts';
import type { Outbox, Renderer } from '../ports/outbox.ts';
import type { Registry } from '../ports/registry.ts';
import { readPreferences, writePreferences } from './preferences.ts';

/** Messages that leave the house, for those who look after them, and what each wants to be told. */
export interface NotificationService {
  /** Of every configured target; empty: none is. */
  status(ctx: CallContext): Promise<TargetStatus[]>;
  /** The same as far as this process knows it. */
  states(ctx: CallContext): TargetState[];
  /** Sends a test. Throws NOTIFICATION_001 where the target is not configured. */
  test(ctx: CallContext, target: TargetName): Promise<TestOutcome>;
  /** Newest first. */
  deadLetters(ctx: CallContext, page: PageRequest): Promise<Page<DeadLetter>>;
  /** Once more, at the end of its queue. Throws NOTIFICATION_002. */
  replay(ctx: CallContext, id: string): Promise<void>;
  /** All, or all of one target; how many. */
  replayAll(ctx: CallContext, target?: SenderName): Promise<number>;
  /** Throws NOTIFICATION_002. */
  forget(ctx: CallContext, id: string): Promise<void>;
  /** The picture of an analysis of the caller's. Throws NOTIFICATION_003. */
  render(ctx: CallContext, analysisId: string): Promise<Render>;
  /** Somebody with this token says that a picture is done; it is asked for. Throws AUTH_003 for a token that is none of ours. */
  confirmRender(token: string): Promise<void>;
  /** The caller's own. */
  preferences(ctx: CallContext): Promise<NotificationPreferences>;
  setPreferences(ctx: CallContext, preferences: NotificationPreferences): Promise<NotificationPreferences>;
}

export interface NotificationDeps {
  /** Null: no target is configured. */
  readonly outbox: Outbox | null;
  /** Absent: nobody can name an address. */
  readonly callbacks?: Callbacks;
  /** Null or absent: nobody makes pictures. */
  readonly renderer?: Renderer | null;
  readonly registry: Registry;
  readonly now: () => Date;
}

const AT_ONCE = 100;
const StoredRender = z.object({ render: Render, token: z.string() });

export function createNotificationService(deps: NotificationDeps): NotificationService {
  const { outbox, callbacks, renderer, registry, now } = deps;
  const letters = outbox ?? callbacks;
  /** Of a target, or of an address that a caller named. */
  const replayed = async (id: string): Promise<boolean> =>
    (await callbacks?.replay(id)) === true || (await outbox?.replay(id)) === true;

  return {
    async status({ principal }) {
      demand(principal, 'servers:read');
      const called = (await callbacks?.status()) ?? null;
      return [...((await outbox?.status()) ?? []), ...(called === null ? [] : [called])];
    },
    states({ principal }) {
      demand(principal, 'servers:read');
      return outbox?.states() ?? [];
    },
    async test({ principal, signal }, target) {
      demand(principal, 'admin:system');
      const outcome = await outbox?.test(target, signal);
      if (!outcome) throw new AppError('NOTIFICATION_001', { details: { target } });
      return outcome;
    },
    async deadLetters({ principal }, page) {
      demand(principal, 'admin:system');
      return (await letters?.deadLetters(page)) ?? { items: [], nextCursor: null };
    },
    async replay({ principal }, id) {
      demand(principal, 'admin:system');
      if (!(await replayed(id))) throw notThere(id);
    },
    async replayAll({ principal, signal }, target) {
      demand(principal, 'admin:system');
      if (letters === undefined) throw new AppError('NOTIFICATION_001');
      // Oldest first, as they would have gone.
      const ids: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: Page<DeadLetter> = await letters.deadLetters({ limit: AT_ONCE, ...(cursor && { cursor }) });
        ids.push(...page.items.filter((one) => target === undefined || one.target === target).map(({ id }) => id));
        cursor = page.nextCursor;
      }
      let count = 0;
      for (const id of ids.reverse()) {
        if (signal?.aborted) break;
        if (await replayed(id)) count += 1;
      }
      return count;
    },
    async forget({ principal }, id) {
      demand(principal, 'admin:system');
      if ((await letters?.forget(id)) !== true) throw notThere(id);
    },
    async render({ principal }, analysisId) {
      demand(principal, 'analysis:read');
      const entry = await registry.get('render', analysisId);
      const { data } = StoredRender.safeParse(entry?.value);
      if (entry === null || data === undefined || !can(principal, 'analysis:read', entry)) {
        throw new AppError('NOTIFICATION_003', { details: { analysis_id: analysisId } });
      }
      if (data.render.status !== 'PENDING' || !renderer) return data.render;
      // The webhook may have been lost on its way.
      await renderer.confirm(analysisId, data.token).catch(() => false);
      return StoredRender.safeParse((await registry.get('render', analysisId))?.value).data?.render ?? data.render;
    },
    async confirmRender(given) {
      const { id, token } = /^(?<id>ana_[\w-]{1,60})\.(?<token>[\w-]{20,60})$/.exec(given)?.groups ?? {};
      const isOurs = id !== undefined && token !== undefined && (await renderer?.confirm(id, token)) === true;
      if (!isOurs) throw new AppError('AUTH_003', { message: 'Nobody is awaited here.' });
    },
    async preferences({ principal }) {
      demand(principal, 'analysis:read');
      return readPreferences(registry, principal.id);
    },
    async setPreferences({ principal }, given) {
      demand(principal, 'analysis:read');
      const { data, error } = NotificationPreferences.safeParse(given);
      if (data === undefined) {
        throw new AppError('VALIDATION_002', { message: error.issues[0]?.message ?? 'The preferences are not valid.' });
      }
      await writePreferences(registry, principal.id, data, now());
      return data;
    },
  };
}

const notThere = (id: string) => new AppError('NOTIFICATION_002', { details: { id: id.slice(0, 100) } });

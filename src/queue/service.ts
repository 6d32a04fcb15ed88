import { demand } from '../access/can.ts';
import type { AnalysisService } from '../analysis/service.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Page, PageRequest } from '../contract/page.ts';
import type { DeadAnalysis, QueueStatus, Replay } from '../contract/queue.ts';
import { AppError, toAppError } from '../errors.ts';
import type { AnalysisQueue, QueueGlance } from '../ports/analysis-queue.ts';

/** The queue of analyses, for those who look after it. */
export interface QueueService {
  /** Null: analyses wait in no queue. */
  status(ctx: CallContext): Promise<QueueStatus | null>;
  /** The same in short, without asking the queue; nothing in it belongs to anybody. Null: there is none. */
  health(): QueueHealth | null;
  /** What the workers gave up, newest first. */
  dead(ctx: CallContext, page: PageRequest): Promise<Page<DeadAnalysis>>;
  /** Asks the same once more for its owner, whose the answer is. Throws QUEUE_003. */
  replay(ctx: CallContext, id: string): Promise<Replay>;
  /** All that can be, oldest first. */
  replayAll(ctx: CallContext): Promise<Replay[]>;
  /** Throws QUEUE_003. */
  forget(ctx: CallContext, id: string): Promise<void>;
}

export interface QueueHealth extends QueueGlance {
  /** Analyses are taken. */
  readonly ok: boolean;
  /** Where they are not, this server computes itself. */
  readonly fallback: boolean;
}

interface Deps {
  /** Null: there is none. */
  readonly queue: AnalysisQueue | null;
  readonly analyses: Pick<AnalysisService, 'analyze'>;
  readonly isUser: (id: string) => Promise<boolean>;
}

const AT_ONCE = 100;

export function createQueueService({ queue, analyses, isUser }: Deps): QueueService {
  const missing = (id: string) => new AppError('QUEUE_003', { details: { id: id.slice(0, 100) } });

  async function replay({ signal }: CallContext, id: string): Promise<Replay> {
    const asked = (await queue?.takeDead(id)) ?? null;
    if (queue === null || asked === null) throw missing(id);
    try {
      const { principal, request } = asked;
      if ((principal.kind === 'user' || principal.kind === 'key') && !(await isUser(principal.id))) {
        throw new AppError('AUTH_006', { message: 'Its owner was removed.', advice: 'Forget it.' });
      }
      const analysis = await analyses.analyze(
        { principal, priority: 'low', repeats: true, ...(signal && { signal }) },
        request,
      );
      await queue.forgetDead(id);
      return { id, analysis_id: analysis.analysis_id, error: null };
    } catch (thrown) {
      await queue.keepDead(id);
      const { code, message } = toAppError(thrown).toJSON();
      return { id, analysis_id: null, error: { code, message } };
    }
  }

  return {
    async status({ principal }) {
      demand(principal, 'servers:read');
      return (await queue?.status()) ?? null;
    },
    health() {
      if (queue === null) return null;
      const glance = queue.glance();
      return { ...glance, ok: glance.state !== 'unreachable' && glance.workers !== 0, fallback: queue.fallback };
    },
    async dead({ principal }, page) {
      demand(principal, 'admin:system');
      return (await queue?.dead(page)) ?? { items: [], nextCursor: null };
    },
    async replay(ctx, id) {
      demand(ctx.principal, 'admin:system');
      return replay(ctx, id);
    },
    async replayAll(ctx) {
      demand(ctx.principal, 'admin:system');
      const ids: string[] = [];
      for (let cursor: string | null = ''; queue !== null && cursor !== null; ) {
        const page: Page<DeadAnalysis> = await queue.dead({ limit: AT_ONCE, ...(cursor && { cursor }) });
        ids.push(...page.items.filter((one) => one.replayable).map(({ id }) => id));
        cursor = page.nextCursor;
      }
      const ended: Replay[] = [];
      for (const id of ids.reverse()) {
        if (ctx.signal?.aborted) break;
        ended.push(await replay(ctx, id).catch((thrown: unknown) => failed(id, thrown)));
      }
      return ended;
    },
    async forget({ principal }, id) {
      demand(principal, 'admin:system');
      if (!(await queue?.forgetDead(id))) throw missing(id);
    },
  };
}

/** Somebody else was quicker, or the queue has gone. */
function failed(id: string, thrown: unknown): Replay {
  const { code, message } = toAppError(thrown).toJSON();
  return { id, analysis_id: null, error: { code, message } };
}

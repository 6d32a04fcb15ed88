import { createHash, randomUUID } from 'node:crypto';
import { identityOf } from '../analysis/away/outcome.ts';
import { encodeWork } from '../analysis/away/work.ts';
import type { Assignment, Backend, Computed } from '../analysis/backend.ts';
import { ALONE } from '../analysis/gate/gate.ts';
import type { Judged } from '../analysis/judge.ts';
import { type PipelineParts, runPipeline } from '../analysis/pipeline.ts';
import { AppError } from '../errors.ts';
import type { DetectOptions, Detector, ModelIdentity } from '../ports/detector.ts';
import { traced } from '../telemetry/trace/spans.ts';
import { VERSION } from '../version.ts';
import { withWarning } from './pending.ts';
import { isAble, type WorkerCard } from './queue-store.ts';
import type { RemoteQueue } from './remote-queue.ts';

/** Who works is asked so often at most, ms. */
const KNOWN_MS = 1000;

export interface QueueBackendParts {
  readonly queue: RemoteQueue;
  /** Of this process. */
  readonly detector: Detector;
  /** Whether this process computes where the queue cannot. */
  readonly fallback: boolean;
}

/** The journey is computed by workers. */
export function createQueueBackend({ queue, detector, fallback }: QueueBackendParts): Backend {
  let known: { readonly at: number; readonly workers: Promise<WorkerCard[]> } | null = null;

  /** Of this version; throws QUEUE_001, QUEUE_002. */
  async function workers(): Promise<WorkerCard[]> {
    await queue.connected();
    const now = performance.now();
    if (known === null || now - known.at > KNOWN_MS) {
      const asked = queue.store.workers();
      asked.catch(() => {
        known = null;
      });
      known = { at: now, workers: asked };
    }
    const all = await known.workers.catch((cause: unknown) => {
      throw new AppError('QUEUE_001', { cause, retryAfterS: 2 });
    });
    const ours = all.filter(({ version }) => version === VERSION);
    const able = ours.filter(isAble);
    if (able.length > 0) return able;
    if (ours.length > 0) {
      throw new AppError('QUEUE_002', {
        message: `No worker can take analyses now: ${ours.length} ${ours.length === 1 ? 'is' : 'are'} there, and none can work.`,
        advice: 'Try again later; whoever runs the workers sees the reason of each with "h200-mug queue status".',
        retryAfterS: 5,
      });
    }
    const others = [...new Set(all.map(({ version }) => version))];
    const message = `No worker of version ${VERSION} takes analyses from the queue; those that are there are of ${others.join(', ')}.`;
    throw new AppError('QUEUE_002', { ...(others.length > 0 && { message }), retryAfterS: 5 });
  }

  /** What most of them run; of several the first by name. */
  async function identity(options: DetectOptions): Promise<ModelIdentity> {
    const models = (await workers()).flatMap(({ card }) => (card === null ? [] : [identityOf(card, options)]));
    const count = new Map<string, number>();
    for (const model of models) {
      const text = JSON.stringify(model);
      count.set(text, (count.get(text) ?? 0) + 1);
    }
    const [most] = [...count].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
    if (most === undefined) {
      throw new AppError('ANALYSIS_001', { message: 'No worker of the queue has a usable detection model.' });
    }
    return JSON.parse(most[0]) as ModelIdentity;
  }

  async function elsewhere(what: Assignment): Promise<Computed> {
    const able = await workers();
    const about = { kind: 'producer', attributes: { 'h200.priority': what.priority } } as const;
    const { judged, card } = await traced('queue', about, () =>
      queue.run({
        priority: what.priority,
        owner: what.principal.id,
        caller: what.caller ?? ALONE,
        keepsFailure: !what.repeats,
        work: encodeWork(what),
        question: createHash('sha256')
          .update(JSON.stringify([what.principal.id, what.question ?? randomUUID()]))
          .digest('base64url'),
        atOnce: able.reduce((sum, { concurrency }) => sum + concurrency, 0),
        stage: what.step,
        signal: what.signal,
      }),
    );
    const ran = what.model && card && JSON.stringify(identityOf(card, optionsOf(what)));
    const isAsNamed = what.model === null || ran === JSON.stringify(what.model);
    return { ...judged, ...(!isAsNamed && { passing: true }) };
  }

  async function here(parts: PipelineParts, what: Assignment, why: AppError): Promise<Computed> {
    const judged: Judged = await runPipeline(parts, what);
    return { ...withWarning(judged, `${why.message} The server computed this itself.`), passing: true };
  }

  const isAway = (thrown: unknown): thrown is AppError =>
    thrown instanceof AppError && (thrown.code === 'QUEUE_001' || thrown.code === 'QUEUE_002');

  return {
    async identity(options) {
      try {
        return await identity(options);
      } catch (thrown) {
        if (!fallback || !isAway(thrown)) throw thrown;
        return detector.identity(options);
      }
    },
    async run(parts, what) {
      try {
        return await elsewhere(what);
      } catch (thrown) {
        if (!fallback || !isAway(thrown)) throw thrown;
        what.signal.throwIfAborted();
        return here(parts, what, thrown);
      }
    },
  };
}

const optionsOf = ({ request: { inference, threshold } }: Assignment): DetectOptions => ({
  ...(inference !== undefined && { inference }),
  ...(threshold !== undefined && { threshold }),
});

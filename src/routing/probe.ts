import type { Asked, Assignment, Backend } from '../analysis/backend.ts';
import { checkedRequest } from '../analysis/checked-request.ts';
import type { Judged } from '../analysis/judge.ts';
import type { PipelineParts } from '../analysis/pipeline.ts';
import type { RoutingEntry } from '../contract/routing.ts';
import { AppError, toAppError } from '../errors.ts';
import type { Image } from '../image/image.ts';
import type { BackendProbe } from '../ports/routing.ts';
import { VERSION } from '../version.ts';
import { exampleRules } from './example-rules.ts';
import { difference } from './same-answer.ts';
import type { RoutedServers } from './servers.ts';

export interface ProbeParts {
  readonly here: Backend;
  readonly queue: Backend | null;
  readonly servers: RoutedServers | null;
  readonly pipeline: PipelineParts;
  /** One of our example desks. */
  readonly example: () => Promise<Image>;
  /** Milliseconds of `performance`. */
  readonly clock: () => number;
}

/** Longest look at a server's health, ms. */
const HEALTH_MS = 15_000;
/** Longest example analysis: a worker may have to be started for it, ms. */
const SMOKE_MS = 300_000;
const ASKED: Asked = { image: null, principal: 'system' };

export function createProbe({ here, queue, servers, pipeline, example, clock }: ProbeParts): BackendProbe {
  const unknown = () => new AppError('SERVER_005');

  async function assignment(signal: AbortSignal): Promise<Assignment> {
    const image = await example();
    return {
      request: checkedRequest({ store: false, use_cache: false }),
      source: { image, width: image.width, height: image.height },
      calibration: null,
      rules: exampleRules(),
      signal,
      step: () => signal.throwIfAborted(),
      principal: { id: 'system', kind: 'local', role: 'viewer', permissions: [] },
      priority: 'normal',
      repeats: true,
      model: null,
      until: clock() + SMOKE_MS,
    };
  }

  async function there(entry: RoutingEntry, what: Assignment): Promise<Judged & { readonly version: string }> {
    if (entry.kind === 'here') return { ...(await here.run(pipeline, what)), version: VERSION };
    if (entry.kind === 'queue') {
      if (queue === null) throw new AppError('QUEUE_001', { message: 'H200_QUEUE is unset here.' });
      return { ...(await queue.run(pipeline, what)), version: VERSION };
    }
    if (servers === null) throw unknown();
    const brought = await servers.run(entry, what, what.signal);
    if ('refused' in brought) throw brought.refused;
    return { ...brought.judged, version: brought.version };
  }

  return {
    async health(entry, signal) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(HEALTH_MS)]);
      try {
        if (entry.kind === 'here' || entry.kind === 'queue') {
          if (entry.kind === 'queue' && queue === null) return { ok: false, detail: 'H200_QUEUE is unset here.' };
          const model = await (entry.kind === 'queue' ? (queue ?? here) : here).identity({ signal: limited }, ASKED);
          return { ok: true, detail: `It has the model ${model.name}.` };
        }
        if (servers === null) throw unknown();
        return await servers.health(entry, limited);
      } catch (thrown) {
        signal.throwIfAborted();
        return { ok: false, detail: wordsOf(thrown, limited) };
      }
    },
    async smoke(entry, signal) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(SMOKE_MS)]);
      const what = await assignment(limited);
      const ours = await here.run(pipeline, what).catch(() => {
        signal.throwIfAborted();
        return null;
      });
      const objects_here = ours === null ? null : ours.content.objects.length;
      const begun = clock();
      const took = () => Math.round(clock() - begun);
      try {
        const theirs = await there(entry, what);
        const other = ours === null ? null : difference(ours, theirs);
        const { model, objects } = theirs.content;
        const by = `${model === null ? 'no model' : `${model.name} ${model.version} (${model.provider})`}, program ${theirs.version}`;
        const compared = ours === null ? 'nothing here to compare it with' : (other ?? 'the same as here');
        return {
          ok: true,
          detail: `It found ${objects.length} objects with ${by}: ${compared}.`,
          same: ours === null ? null : other === null,
          objects_here,
          objects_there: objects.length,
          took_ms: took(),
        };
      } catch (thrown) {
        signal.throwIfAborted();
        const detail = wordsOf(thrown, limited);
        return { ok: false, detail, same: null, objects_here, objects_there: null, took_ms: took() };
      }
    },
  };
}

const wordsOf = (thrown: unknown, { aborted }: AbortSignal): string =>
  aborted ? 'It gave no answer in time.' : toAppError(thrown).message;

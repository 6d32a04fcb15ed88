import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

/** What RunPod gives to a worker of a queue endpoint. */
export interface QueueSettings {
  /** With `$ID` for the worker, and a query. */
  readonly takeUrl: string;
  /** With `$RUNPOD_POD_ID` for the worker, `$ID` for the job, and a query. */
  readonly doneUrl: string;
  readonly pingUrl: string | undefined;
  readonly key: string | undefined;
  readonly workerId: string;
  readonly version: string;
}

export interface TakenJob {
  readonly id: string;
  /** Not checked. */
  readonly input: unknown;
}

/** What the queue says in place of jobs. */
export class QueueRefusal extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`the queue answers ${status}`);
    this.status = status;
  }
}

/** RunPod holds a call for jobs up to 90 s. */
const POLL_MS = 95_000;
const CALL_MS = 20_000;
const TRIES = 3;
const MOST_ANSWER = 32 * 2 ** 20;

const Id = z.string().regex(/^[\w.:-]{1,200}$/);
const Job = z.object({ id: Id, input: z.unknown() });
const Jobs = z.union([Job.transform((one) => [one]), z.array(Job).max(1000)]);
const Stops = z.object({ jobsToStop: z.array(z.unknown()).max(10_000) });

/**
 * The worker's side of RunPod's queues, as its Python SDK 1.12.0 speaks it (there is no published description and no SDK for
 * JavaScript).
 */
export class JobQueue {
  private readonly settings: QueueSettings;

  constructor(settings: QueueSettings) {
    this.settings = settings;
  }

  /** Waits for up to `most` jobs; none after a while. Throws QueueRefusal, or what fetch throws. */
  async take(most: number, inProgress: boolean, signal: AbortSignal): Promise<TakenJob[]> {
    const url = this.takeUrl(most > 1 ? 'job-take-batch' : 'job-take');
    if (most > 1) url.searchParams.set('batch_size', `${most}`);
    url.searchParams.set('job_in_progress', inProgress ? '1' : '0');
    const body = await this.poll(url, signal);
    return body === null ? [] : Jobs.parse(body);
  }

  /** Waits for jobs that must not be gone on with. */
  async stops(signal: AbortSignal): Promise<string[]> {
    const body = await this.poll(this.takeUrl('job-stop'), signal);
    if (body === null) return [];
    return Stops.parse(body).jobsToStop.filter((id): id is string => typeof id === 'string');
  }

  /** The result, three times if need be. Throws when it could not be handed over. */
  async done(jobId: string, result: { readonly output: unknown } | { readonly error: string }): Promise<void> {
    for (let attempt = 1, pause = 1000, before = 0; ; attempt++) {
      try {
        return await this.post(jobId, result);
      } catch (error) {
        const final = error instanceof QueueRefusal && error.status < 500 && error.status !== 429;
        if (attempt === TRIES || final) throw error;
        await sleep(pause);
        [before, pause] = [pause, pause + before];
      }
    }
  }

  /** Once: what comes next says more. */
  progress(jobId: string, output: unknown): Promise<void> {
    return this.post(jobId, { status: 'IN_PROGRESS', output });
  }

  async ping(jobIds: readonly string[]): Promise<void> {
    const { pingUrl, workerId, version } = this.settings;
    if (pingUrl === undefined) return;
    const url = new URL(pingUrl.replaceAll('$RUNPOD_POD_ID', encodeURIComponent(workerId)));
    if (jobIds.length > 0) url.searchParams.set('job_id', jobIds.join(','));
    url.searchParams.set('runpod_version', version);
    await this.ask(url, AbortSignal.timeout(CALL_MS));
  }

  private takeUrl(verb: string): URL {
    const { takeUrl, workerId } = this.settings;
    const url = new URL(takeUrl.replaceAll('$ID', encodeURIComponent(workerId)));
    url.pathname = url.pathname.replace('/job-take/', `/${verb}/`);
    return url;
  }

  /** JSON; null: nothing there, which 400 means as well under FlashBoot. */
  private async poll(url: URL, signal: AbortSignal): Promise<unknown> {
    const until = AbortSignal.any([signal, AbortSignal.timeout(POLL_MS)]);
    const response = await this.ask(url, until, { headers: { 'content-type': 'application/json' } }, [204, 400]);
    if (response === null || response.length === 0) return null;
    return JSON.parse(response);
  }

  private async post(jobId: string, body: unknown): Promise<void> {
    const { doneUrl, workerId } = this.settings;
    const url = new URL(
      doneUrl.replaceAll('$RUNPOD_POD_ID', encodeURIComponent(workerId)).replaceAll('$ID', encodeURIComponent(jobId)),
    );
    url.searchParams.set('isStream', 'false');
    await this.ask(url, AbortSignal.timeout(CALL_MS), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', charset: 'utf-8', 'x-request-id': jobId },
      body: JSON.stringify(body),
    });
  }

  private async ask(
    url: URL,
    signal: AbortSignal,
    init: RequestInit = {},
    empty: readonly number[] = [204],
  ): Promise<string | null> {
    const { key, version } = this.settings;
    const headers = { ...(key !== undefined && { authorization: key }), 'user-agent': version, ...init.headers };
    const response = await fetch(url, { ...init, headers, signal, redirect: 'error' });
    if (empty.includes(response.status)) {
      await response.body?.cancel();
      return null;
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw new QueueRefusal(response.status);
    }
    return readAtMost(response, MOST_ANSWER);
  }
}

async function readAtMost(response: Response, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > most) throw new RangeError('the queue answers too much');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

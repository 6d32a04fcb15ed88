import * as z from 'zod';
import { Job } from '../contract/job.ts';
import { PERMISSIONS, type Permission } from '../contract/principal.ts';
import { entriesUnder } from '../entries-under.ts';
import { AppError } from '../errors.ts';
import type { CallbackMessage, Callbacks } from '../ports/callbacks.ts';
import type { Registry, RegistryEntry } from '../ports/registry.ts';
import { Holder, holderHere, isGone, letGo } from '../process-holder.ts';
import type { Log } from '../telemetry/log.ts';

/** Where somebody wants to hear of the end of a job, and what that is signed with. */
export interface JobCallback {
  readonly url: string;
  readonly secret: string;
}

export interface JobCallbackParts {
  readonly callbacks: Callbacks;
  readonly registry: Registry;
  readonly log: Log;
  readonly now: () => Date;
}

const KIND = 'job_callback';
/** What begins the lookup of each. */
const OPEN = 'open';
/** Longer than any job waits and runs: who still holds one then was killed, wherever that was. */
const HELD_MS = 2 * 3_600_000;
const KEPT_MS = 14 * 86_400_000;
/** As long as any job that ended is remembered. */
const KEPT_ENDED_MS = 3_600_000;

const Promised = z.strictObject({
  job: Job,
  /** Of its work. */
  permission: z.enum(PERMISSIONS).optional(),
  /** Stored by it so far. */
  analysis_ids: z.array(z.string()).default([]),
  /** Null: nobody is called, and who asks hears of it. */
  url: z.string().nullable(),
  secret: z.string().nullable(),
  holder: Holder,
  /** What is said of its end, once that is known: said again it is the same. */
  body: z.string().nullable(),
});
type Promised = z.infer<typeof Promised>;

/** One that a server left behind, for its owner to be asked of here. */
export interface LostJob {
  readonly job: Job;
  readonly owner: string;
  readonly permission: Permission;
}

/** Ends of jobs are told to who asked for it, also of those that a killed server left behind. */
export class JobCallbacks {
  private readonly parts: JobCallbackParts;
  private readonly here = holderHere();
  /** Ended while the store gave no answer. */
  private readonly untold = new Map<string, { readonly job: Job; readonly analysisIds: readonly string[] }>();

  constructor(parts: JobCallbackParts) {
    this.parts = parts;
  }

  /** Throws VALIDATION_007 for an address that is never called. */
  check({ url }: JobCallback): void {
    this.parts.callbacks.check(url);
  }

  /** When it resolves, the end of the job is told, whatever is killed. */
  async promise(job: Job, owner: string, permission: Permission, callback: JobCallback | null): Promise<void> {
    const now = this.parts.now();
    const { url, secret } = callback ?? { url: null, secret: null };
    const value: Promised = { job, permission, analysis_ids: [], url, secret, holder: this.here, body: null };
    await this.parts.registry.add(KIND, {
      id: job.job_id,
      lookup: `${OPEN} ${job.job_id}`,
      owner,
      created_at: now.toISOString(),
      expires_at: new Date(now.getTime() + KEPT_MS).toISOString(),
      version: 1,
      value,
    });
  }

  /** What it has done so far: said of its end should this server be killed. Never at the same time as `tell`. */
  async note(job: Job, analysisIds: readonly string[] = []): Promise<void> {
    const { registry } = this.parts;
    const entry = await registry.get(KIND, job.job_id);
    const { data } = Promised.safeParse(entry?.value);
    if (entry === null || data?.body !== null) return;
    const value: Promised = { ...data, job, analysis_ids: [...analysisIds] };
    await registry.replace(KIND, { ...entry, version: entry.version + 1, value });
  }

  /** How it ended. Never throws: what cannot be written now is told by who looks for lost ones. */
  async tell(job: Job, analysisIds: readonly string[] = []): Promise<void> {
    try {
      const entry = await this.parts.registry.get(KIND, job.job_id);
      const { data } = Promised.safeParse(entry?.value);
      if (entry !== null && data?.body === null) await this.end(entry, data, job, analysisIds);
      this.untold.delete(job.job_id);
    } catch (err) {
      this.untold.set(job.job_id, { job, analysisIds });
      this.parts.log.warn({ err, job: job.job_id }, 'the end of a job could not be told; it is tried again');
    }
  }

  /** Of servers that are gone, and what could not be told at once; `take` is given those of which nobody is called. */
  async tellOfLost(take: (lost: LostJob) => void): Promise<void> {
    for (const { job, analysisIds } of [...this.untold.values()]) await this.tell(job, analysisIds);
    for await (const entry of entriesUnder(this.parts.registry, KIND, OPEN)) {
      await this.tellOfOne(entry, take).catch((err: unknown) => {
        this.parts.log.warn({ err, job: entry.id }, 'the end of a job could not be told; it is tried again');
      });
    }
  }

  private async tellOfOne(entry: RegistryEntry, take: (lost: LostJob) => void): Promise<void> {
    const { registry, now } = this.parts;
    const { data } = Promised.safeParse(entry.value);
    if (data === undefined) await registry.remove(KIND, entry.id);
    else if (data.url === null) await this.takeOver(entry, data, take);
    else if (data.body !== null) await this.send(entry, data, data.body);
    else if (this.isLost(entry, data)) await this.end(entry, data, lostJob(data.job, now()), data.analysis_ids);
  }

  /** Its owner may ask here what became of it, for as long as of any that ended; should this server be killed too, at the next. */
  private async takeOver(entry: RegistryEntry, data: Promised, take: (lost: LostJob) => void): Promise<void> {
    if (!this.isLost(entry, data)) return;
    const { registry, now } = this.parts;
    const forgotten = new Date(now().getTime() + KEPT_ENDED_MS).toISOString();
    const job = data.job.ended_at === null ? { ...lostJob(data.job, now()), forgotten_at: forgotten } : data.job;
    if ((job.forgotten_at ?? '') <= now().toISOString() || data.permission === undefined) {
      await registry.remove(KIND, entry.id);
      return;
    }
    const value: Promised = { ...data, job, holder: this.here };
    const taken = { ...entry, expires_at: job.forgotten_at, version: entry.version + 1, value };
    // Another server has it.
    if (!(await registry.replace(KIND, taken))) return;
    take({ job, owner: entry.owner, permission: data.permission });
  }

  /** Nobody wants to hear of it again. */
  async forget(id: string): Promise<void> {
    const { data } = Promised.safeParse((await this.parts.registry.get(KIND, id))?.value);
    if (data?.url === null) await this.parts.registry.remove(KIND, id);
  }

  close(): void {
    letGo(this.here);
  }

  private isLost({ created_at }: RegistryEntry, { holder }: Promised): boolean {
    return isGone(holder) || this.parts.now().getTime() - Date.parse(created_at) > HELD_MS;
  }

  /** What is said is written down first, so that it stays the same however often it is said. */
  private async end(entry: RegistryEntry, data: Promised, job: Job, analysisIds: readonly string[]): Promise<void> {
    if (data.url === null) {
      await this.parts.registry.remove(KIND, entry.id);
      return;
    }
    const body = JSON.stringify({
      event_id: eventId(job.job_id),
      event_type: 'job_ended',
      timestamp: job.ended_at,
      source: 'h200-mug-positioning',
      version: '1.0',
      owner: entry.owner,
      data: { ...job, analysis_ids: analysisIds },
    });
    const ended = { ...entry, version: entry.version + 1, value: { ...data, body } satisfies Promised };
    // Somebody else has said it meanwhile.
    if (!(await this.parts.registry.replace(KIND, ended))) return;
    await this.send(ended, data, body);
  }

  private async send({ id, owner }: RegistryEntry, { url, secret }: Promised, body: string): Promise<void> {
    const { callbacks, registry } = this.parts;
    if (url === null || secret === null) return;
    const message: CallbackMessage = {
      id: eventId(id),
      type: 'job_ended',
      contentType: 'application/json',
      body,
    };
    await callbacks.send({ name: `job/${id}`, owner, url, headers: {}, secret }, message);
    await registry.remove(KIND, id);
  }
}

const eventId = (jobId: string): string => `evt_${jobId}`;

function lostJob(job: Job, now: Date): Job {
  const { code, message, advice } = new AppError('SYSTEM_001', {
    message: 'The server that worked on this job has ended.',
    advice:
      job.images === null
        ? 'Send the request again. What the job had done by then stays done.'
        : 'Send those photos again that have neither an analysis nor an error in "images"; the others stay done.',
  }).toJSON();
  return { ...job, state: 'failed', ended_at: now.toISOString(), error: { code, message, advice }, result: null };
}

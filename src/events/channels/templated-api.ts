import * as z from 'zod';
import { DeliveryError } from '../outbox/target.ts';
import { demandSuccess, Poster, type PostOptions } from './post.ts';

export interface TemplatedParts extends PostOptions {
  /** Without a slash at its end. */
  readonly base: string;
  readonly apiKey: () => string | undefined;
}

export const RenderState = z.strictObject({
  id: z.string(),
  status: z.enum(['PENDING', 'COMPLETED', 'FAILED']),
  url: z.string().nullable(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  format: z.string().nullable(),
});
export type RenderState = z.infer<typeof RenderState>;

/** The documentation has all of these: `url` or `render_url`, one object or a list, a status or none. */
const Answer = z
  .looseObject({
    id: z.string().max(200),
    status: z.string().optional(),
    url: z.string().nullish(),
    render_url: z.string().nullish(),
    width: z.number().nullish(),
    height: z.number().nullish(),
    format: z.string().max(20).nullish(),
  })
  .transform(({ id, status, url, render_url, width, height, format }, context): RenderState => {
    const at = url ?? render_url ?? null;
    const known = RenderState.shape.status.safeParse((status ?? (at === null ? 'PENDING' : 'COMPLETED')).toUpperCase());
    if (!known.success || (at !== null && !/^https?:\/\//.test(at))) {
      context.addIssue({ code: 'custom', message: 'no render' });
      return z.NEVER;
    }
    return {
      id,
      status: known.data,
      url: at,
      width: width ?? null,
      height: height ?? null,
      format: format ?? null,
    };
  });

/** The first render of an answer; null: there is none in it. */
export function readRender(text: string): RenderState | null {
  try {
    const json: unknown = JSON.parse(text);
    const all: unknown = Array.isArray(json) ? json : ((json as { renders?: unknown } | null)?.renders ?? [json]);
    return Answer.safeParse(Array.isArray(all) ? all[0] : null).data ?? null;
  } catch {
    return null;
  }
}

/** https://templated.io: a picture from a template and its layers. */
export class TemplatedApi {
  private readonly parts: TemplatedParts;
  private readonly poster: Poster;

  constructor(parts: TemplatedParts) {
    this.parts = parts;
    this.poster = new Poster(parts);
  }

  /** Throws DeliveryError. */
  async render(body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<RenderState> {
    return this.ask('POST', '/v1/render', signal, JSON.stringify(body));
  }

  async get(id: string, signal: AbortSignal): Promise<RenderState> {
    return this.ask('GET', `/v1/render/${encodeURIComponent(id)}`, signal);
  }

  /** Whether the key is right. */
  async account(signal: AbortSignal): Promise<void> {
    demandSuccess(await this.call('GET', '/v1/account', signal));
  }

  close(): Promise<void> {
    return this.poster.close();
  }

  private async ask(method: 'GET' | 'POST', path: string, signal: AbortSignal, body?: string): Promise<RenderState> {
    const answer = await this.call(method, path, signal, body);
    demandSuccess(answer);
    const render = readRender(answer.text);
    if (render === null) throw new DeliveryError('answered something that is no render');
    return render;
  }

  private call(method: 'GET' | 'POST', path: string, signal: AbortSignal, body?: string) {
    const key = this.parts.apiKey();
    if (key === undefined) throw new DeliveryError('has no key any more');
    const headers = {
      authorization: `Bearer ${key}`,
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    return this.poster.call(this.parts.base + path, { method, headers, ...(body !== undefined && { body }) }, signal);
  }
}

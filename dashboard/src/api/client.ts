import createClient from 'openapi-fetch';
import { errorOf } from './api-error.ts';
import { authorizedFetch } from './authorized-fetch.ts';
import type { paths } from './schema.d.ts';
import { base } from './transport.ts';

/** Every route of our API, typed by its OpenAPI document. */
export const api = createClient<paths>({ baseUrl: base.href.replace(/\/$/, ''), fetch: authorizedFetch });

interface Answered<T> {
  readonly data?: T;
  readonly response: Response;
}

/** What was answered. Throws ApiError, or Offline. */
export async function answer<T>(asked: Promise<Answered<T>>): Promise<T> {
  const { data, response } = await asked;
  if (!response.ok) throw await errorWith(asked, response);
  return data as T;
}

/** The same of one page of a list, with what its headers say. */
export async function page<T>(asked: Promise<Answered<T>>): Promise<Page<T>> {
  const data = await answer(asked);
  const { headers } = (await asked).response;
  const total = headers.get('x-total-count');
  return { items: data, total: total === null ? null : Number(total), next: headers.get('x-next-cursor') };
}

export interface Page<T> {
  readonly items: T;
  readonly total: number | null;
  /** `cursor` of the next page; null: this is the last. */
  readonly next: string | null;
}

/** The body was read already. */
async function errorWith(asked: Promise<unknown>, response: Response) {
  const { error } = (await asked) as { error?: unknown };
  if (typeof error === 'object' && error !== null) {
    return errorOf(new Response(JSON.stringify(error), { status: response.status, headers: retryOf(response) }));
  }
  return errorOf(new Response(null, { status: response.status, headers: retryOf(response) }));
}

function retryOf({ headers }: Response): Record<string, string> {
  const after = headers.get('retry-after');
  return after === null ? {} : { 'retry-after': after };
}

import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Account } from './account.ts';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Parsed; throws 400. */
  json(): unknown;
  readonly account: Account;
  readonly now: number;
  /** Ended when the client goes, or the fake closes. */
  readonly signal: AbortSignal;
  readonly base: string;
}

/** A stream writes to the response by itself. */
export type Reply =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly stream: (response: ServerResponse, headers: Readonly<Record<string, string>>) => void };

export type Handler = (call: Call) => Reply | Promise<Reply>;
/** "GET /pods/{id}" and what answers it. */
export type Routes = Readonly<Record<string, Handler>>;

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const created = (body: unknown): Reply => ({ status: 201, body });
export const gone: Reply = { status: 204 };
export const when = (at: number): string => new Date(at).toISOString();

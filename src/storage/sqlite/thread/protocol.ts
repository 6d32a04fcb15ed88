import type { MessagePort } from 'node:worker_threads';
import type { CallName } from '../../records/store.ts';
import type { ListEnd } from '../../records/texts.ts';
import type { Failure } from './failure.ts';

/** What the thread of the store and the thread of its callers say to each other. */
export interface StoreStart {
  readonly file: string;
  /** Replies go here; a message on the thread's own port only says that there are some. */
  readonly replies: MessagePort;
}

export interface StoreCall {
  readonly id: number;
  readonly name: CallName;
  readonly args: readonly unknown[];
  /** By `clock`; a call that has not begun by then never does: its caller was told that it failed. */
  readonly until: number;
}

/** `end` comes last: the thread closes the store and ends. */
export type ToStore = readonly StoreCall[] | 'end';

export type Outcome =
  | { readonly id: number; readonly ok: true; readonly answer: unknown }
  | { readonly id: number; readonly ok: false; readonly error: Failure };

/** A long list comes as its texts, some at a time, and then the rest of it; quick answers come together. */
export type Reply =
  | Outcome
  | { readonly all: readonly Outcome[] }
  | { readonly id: number; readonly texts: readonly string[] }
  | { readonly id: number; readonly ok: true; readonly end: ListEnd };

/** Milliseconds that mean the same in every thread and never jump. */
export const clock = (): number => Number(process.hrtime.bigint() / 1_000_000n);

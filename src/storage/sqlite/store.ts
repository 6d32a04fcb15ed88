import type { CallName, Calls } from './tables/tables.ts';

/** Whoever runs the calls of the tables: this thread or another one. */
export interface Store {
  call<N extends CallName>(name: N, ...args: Parameters<Calls[N]>): Promise<ReturnType<Calls[N]>>;
  close(): Promise<void>;
}

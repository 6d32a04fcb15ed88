import type { RecordCalls } from '../../records/store.ts';

/** The calls of a store, each a conversation with the server. */
export type MongoCalls = {
  readonly [N in keyof RecordCalls]: (...args: Parameters<RecordCalls[N]>) => Promise<ReturnType<RecordCalls[N]>>;
};

import { statSync } from 'node:fs';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { AppError } from '../../../errors.ts';
import { openTables, type Tables } from '../tables/tables.ts';
import type { Texts } from '../tables/texts.ts';
import { packError } from './failure.ts';
import { runGroup } from './group.ts';
import type { Outcome, Reply, StoreCall, StoreStart, ToStore } from './protocol.ts';

/** The thread of the embedded store: it holds the one connection, and waits for the disk so that no other thread does. */
const { file, replies } = workerData as StoreStart;
const calls = parentPort!;

/** So many calls share a transaction at most. */
const GROUP = 64;
/** So many characters of a list go in one message; one text alone may have more. */
const MESSAGE = 16_384;

let tables: Tables | null = null;
/** The file that `tables` writes to: what is written to one that was removed would be lost. */
let written: string | null = null;
const inode = (): string | null => {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
};
const opened = (): Tables => {
  if (tables !== null && inode() !== written) {
    tables.db.close();
    tables = null;
    throw new AppError('DB_001', {
      message: "The store's file was removed or replaced while this server used it.",
      advice: 'Put the file back before the next call, or call again: what lies there then is used, else a new store.',
    });
  }
  if (tables === null) {
    tables = openTables(file);
    written = inode();
  }
  return tables;
};
try {
  opened();
} catch {
  // The first call tries again and gets the error.
}

calls.on('message', (first: ToStore) => {
  const group: StoreCall[] = [];
  for (let next: ToStore | undefined = first; next !== undefined; next = waiting()) {
    if (next === 'end') {
      run(group);
      return end();
    }
    group.push(next);
    if (group.length === GROUP) run(group.splice(0));
  }
  run(group);
});

const waiting = () => receiveMessageOnPort(calls)?.message as ToStore | undefined;

function run(group: readonly StoreCall[]): void {
  if (group.length === 0) return;
  try {
    runGroup(opened(), group, answer);
  } catch (thrown) {
    const error = packError(thrown);
    answer(group.map(({ id }) => ({ id, ok: false, error })));
  }
}

function answer(outcomes: readonly Outcome[]): void {
  for (const outcome of outcomes) for (const reply of inParts(outcome)) replies.postMessage(reply);
  calls.postMessage(null);
}

function* inParts(outcome: Outcome): Iterable<Reply> {
  const { id } = outcome;
  if (!outcome.ok || !isList(outcome.answer)) {
    yield outcome;
    return;
  }
  const { texts, next } = outcome.answer;
  let part: string[] = [];
  let characters = 0;
  for (const text of texts) {
    if (part.length > 0 && characters + text.length > MESSAGE) {
      yield { id, texts: part };
      [part, characters] = [[], 0];
    }
    part.push(text);
    characters += text.length;
  }
  if (part.length > 0) yield { id, texts: part };
  yield { id, ok: true, next };
}

const isList = (answer: unknown): answer is Texts => typeof answer === 'object' && answer !== null && 'texts' in answer;

function end(): void {
  tables?.db.close();
  replies.close();
  calls.close();
}

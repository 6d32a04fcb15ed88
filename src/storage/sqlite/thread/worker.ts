import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { AppError } from '../../../errors.ts';
import type { Texts } from '../../records/texts.ts';
import { checkWhole, damaged, problemOnDisk } from '../database.ts';
import { setAside } from '../space-reserve.ts';
import { openTables, type Tables } from '../tables/tables.ts';
import { packError } from './failure.ts';
import { runGroup } from './group.ts';
import { clock, type Outcome, type Reply, type StoreCall, type StoreStart, type ToStore } from './protocol.ts';
import { ShortLog } from './short-log.ts';
import { type Harm, StoreFiles } from './store-files.ts';

/** The thread of the embedded store: it holds the one connection, and waits for the disk so that no other thread does. */
const { file, replies } = workerData as StoreStart;
const calls = parentPort!;

/** So many calls share a transaction at most. */
const GROUP = 64;
/** So many characters of a list go in one message; one text alone may have more. */
const MESSAGE = 16_384;

const HARM: Record<Harm, { message: string; advice: string }> = {
  replaced: {
    message: "The store's file was removed or replaced while this server used it.",
    advice: 'Put the file back before the next call, or call again: what lies there then is used, else a new store.',
  },
  cut: {
    message: "The store's files were cut short while this server used them; what they held may be lost.",
    advice:
      'Put a backup of records.db in its place in H200_DATA_DIR. The next call checks what lies there, and uses it.',
  },
  overwritten: {
    message: "The store's file was overwritten while this server used it; what was stored may be lost.",
    advice:
      'Put a backup of records.db in its place in H200_DATA_DIR while no server runs. The next call checks what lies there, and uses it.',
  },
};

/** After another program wrote into the file it is looked through, so often at most, where it is no larger than this. */
const LOOK_AGAIN_MS = 60_000;
const LOOK_BYTES = 64 * 2 ** 20;

let tables: Tables | null = null;
let files: StoreFiles | null = null;
let log: ShortLog | null = null;
let lookedAt = Number.NEGATIVE_INFINITY;
/** Whether the files were cut or overwritten, and what is left has not been found whole yet. */
let doubtful = false;

const opened = (): Tables => {
  const harm = tables && files?.harm();
  if (harm) {
    closeStore();
    doubtful = harm !== 'replaced';
    throw new AppError('DB_001', HARM[harm]);
  }
  lookThrough();
  refuseNewer();
  if (tables === null) {
    const found = openTables(file);
    if (doubtful) checkWhole(found.db);
    doubtful = false;
    tables = found;
    files = new StoreFiles(file);
    setAside(file);
    log = new ShortLog(found.db, file, files);
  }
  return tables;
};

/** Rows of this version have no place in what a newer one has changed meanwhile. */
function refuseNewer(): void {
  try {
    tables?.checkVersion();
  } catch (thrown) {
    closeStore();
    throw thrown instanceof AppError ? thrown : damaged(thrown);
  }
}

function closeStore(): void {
  log?.stop();
  log = null;
  tables?.db.close();
  tables = null;
  files?.close();
  files = null;
}

/**
 * Another program may have written by right, a checkpoint of its own. It looks with a new connection, as this one answers
 * from its memory.
 */
function lookThrough(): void {
  if (tables === null || !files?.hasForeignWrite || clock() - lookedAt < LOOK_AGAIN_MS) return;
  lookedAt = clock();
  files.hasForeignWrite = false;
  const problem = problemOnDisk(file, LOOK_BYTES);
  if (problem === null) return;
  closeStore();
  doubtful = true;
  throw damaged(new Error(problem));
}

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
    for (const call of next) {
      group.push(call);
      if (group.length === GROUP) run(group.splice(0));
    }
  }
  run(group);
});

const waiting = () => receiveMessageOnPort(calls)?.message as ToStore | undefined;

function run(group: readonly StoreCall[]): void {
  if (group.length === 0) return;
  try {
    runGroup(opened(), group, (done, isQuick) => {
      files?.remember();
      answer(done, isQuick);
    });
    log?.tend();
  } catch (thrown) {
    const error = packError(thrown);
    answer(group.map(({ id }) => ({ id, ok: false, error })));
  }
}

function answer(outcomes: readonly Outcome[], isQuick = false): void {
  if (isQuick) replies.postMessage({ all: outcomes } satisfies Reply);
  else for (const outcome of outcomes) for (const reply of inParts(outcome)) replies.postMessage(reply);
  calls.postMessage(null);
}

function* inParts(outcome: Outcome): Iterable<Reply> {
  if (!outcome.ok || !isList(outcome.answer) || sizeOf(outcome.answer) <= MESSAGE) {
    yield outcome;
    return;
  }
  const { id } = outcome;
  const { texts, ...end } = outcome.answer;
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
  yield { id, ok: true, end };
}

const isList = (answer: unknown): answer is Texts => typeof answer === 'object' && answer !== null && 'texts' in answer;

const sizeOf = ({ texts }: Texts) => texts.reduce((sum, text) => sum + text.length, 0);

function end(): void {
  closeStore();
  replies.close();
  calls.close();
}

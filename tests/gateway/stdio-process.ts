import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { stdioCommand } from './clients.ts';

export interface Message {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** A stdio server over the fake services, with what it says by lines. The caller kills `child`. */
export function startStdio() {
  const { command, args, cwd, env } = stdioCommand();
  const child: ChildProcess = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
  const out: string[] = [];
  const err: string[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => out.push(line));
  createInterface({ input: child.stderr! }).on('line', (line) => err.push(line));
  const messages = () => out.map((line) => JSON.parse(line) as Message);
  return {
    child,
    out,
    err,
    messages,
    say: (message: unknown) =>
      child.stdin?.write(
        message instanceof Buffer ? message : `${typeof message === 'string' ? message : JSON.stringify(message)}\n`,
      ),
    /** The answer to the request with this id, once it is there. */
    answer: (id: number) => expect.poll(() => messages().find((message) => message.id === id), { timeout: 10_000 }),
    /** The refusals of lines that are no requests, once there are so many. */
    refusals: (count: number) =>
      expect.poll(
        () => {
          const all = messages().filter((message) => message.id === null);
          return all.length >= count ? all.map((message) => message.error?.code) : null;
        },
        { timeout: 10_000 },
      ),
  };
}

export const call = (id: number, name: string, args: object, meta?: object) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args, ...(meta && { _meta: meta }) },
});

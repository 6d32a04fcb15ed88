import * as z from 'zod';
import { turnsOf } from '../one-after-another.ts';
import type { Registry } from '../ports/registry.ts';
import { secretsIn } from './own-environment.ts';

const PAGE = 200;
const Environment = z.record(z.string(), z.string());
const Config = z.looseObject({ env: Environment });
const Server = z.looseObject({ config: Config, forgotten_env: z.array(z.string()).default([]) });
const Rollout = z.looseObject({ phase: z.literal('over'), create: z.looseObject({ config: Config }) });

export interface Forgotten {
  readonly id: string;
  readonly names: readonly string[];
}

/**
 * Values that look like secrets are refused now; earlier versions kept them in clear text. They are taken out of what is stored, of
 * deployments once they are over. What runs keeps them: they are at the provider. Each is told as it is done: another start finds it no more.
 */
export async function* forgetSecrets(registry: Registry): AsyncGenerator<Forgotten> {
  yield* forget(registry, 'server', ofServer);
  yield* forget(registry, 'rollout', ofRollout);
}

/** The value without them, and their names; null: there are none. */
type Without = (value: unknown) => { readonly value: object; readonly names: readonly string[] } | null;

const ofServer: Without = (kept) => {
  const server = Server.safeParse(kept).data;
  if (server === undefined) return null;
  const { rest, names } = without(server.config.env);
  if (names.length === 0) return null;
  const forgotten_env = [...new Set([...server.forgotten_env, ...names])];
  return { value: { ...server, config: { ...server.config, env: rest }, forgotten_env }, names };
};

const ofRollout: Without = (kept) => {
  const rollout = Rollout.safeParse(kept).data;
  if (rollout === undefined) return null;
  const { create } = rollout;
  const { rest, names } = without(create.config.env);
  if (names.length === 0) return null;
  return { value: { ...rollout, create: { ...create, config: { ...create.config, env: rest } } }, names };
};

function without(env: z.infer<typeof Environment>) {
  const names = secretsIn(env);
  return { names, rest: Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name))) };
}

async function* forget(registry: Registry, kind: 'server' | 'rollout', of: Without): AsyncGenerator<Forgotten> {
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = await registry.list(kind, null, { limit: PAGE, ...(cursor && { cursor }) });
    for (const { id, value } of page.items) {
      if (of(value) === null) continue;
      const names = await turnsOf(registry).until(`${kind} ${id}`, async () => {
        const entry = await registry.get(kind, id);
        const clean = entry && of(entry.value);
        if (entry === null || clean === null) return { value: [] };
        const isDone = await registry.replace(kind, { ...entry, version: entry.version + 1, value: clean.value });
        return isDone ? { value: clean.names } : null;
      });
      if (names.length > 0) yield { id, names };
    }
    cursor = page.nextCursor;
  }
}

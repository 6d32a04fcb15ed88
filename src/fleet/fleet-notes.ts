import * as z from 'zod';
import { SERVER_TYPES, ServerType } from '../contract/server.ts';
import { turnsOf } from '../one-after-another.ts';
import type { Registry } from '../ports/registry.ts';
import { Holder } from '../process-holder.ts';

const KIND = 'fleet';
const Time = z.iso.datetime();

/** What the last look at the provider showed of all servers. */
export const LastLook = z.object({
  /** Null: none succeeded yet. */
  reconciled_at: Time.nullable(),
  /** Why the last one failed; null: it did not. */
  error: z.string().nullable(),
  /** It answered, and would not. */
  refused: z.boolean().default(false),
  unknown: z.array(
    z.object({
      provider_id: z.string(),
      type: ServerType,
      name: z.string(),
      state: z.string(),
      cost_per_hour: z.number().nullable(),
    }),
  ),
});
export type LastLook = z.infer<typeof LastLook>;

export const LastBills = z.object({
  /** Null: none were read yet. */
  read_at: Time.nullable(),
  covers_until: Time.nullable(),
  error: z.string().nullable(),
});
export type LastBills = z.infer<typeof LastBills>;

export const Defaults = z.object({ idle_timeout_seconds: z.record(ServerType, z.int()) });
export type Defaults = z.infer<typeof Defaults>;

/** Who looks after the fleet, and when it last said so; null: nobody. */
export const Watch = z.object({ by: Holder.nullable(), at: Time.nullable() });
export type Watch = z.infer<typeof Watch>;

const NOTES = {
  look: { schema: LastLook, first: { reconciled_at: null, error: null, refused: false, unknown: [] } },
  bills: { schema: LastBills, first: { read_at: null, covers_until: null, error: null } },
  watch: { schema: Watch, first: { by: null, at: null } },
  defaults: {
    schema: Defaults,
    first: { idle_timeout_seconds: Object.fromEntries(SERVER_TYPES.map((type) => [type, 600])) },
  },
} as const;

interface Noted {
  readonly look: LastLook;
  readonly bills: LastBills;
  readonly watch: Watch;
  readonly defaults: Defaults;
}

/** Small things of the whole fleet that all processes share. */
export class FleetNotes {
  private readonly registry: Registry;
  private readonly now: () => Date;

  constructor(registry: Registry, now: () => Date) {
    this.registry = registry;
    this.now = now;
  }

  async get<N extends keyof Noted>(name: N): Promise<Noted[N]> {
    return this.read(name, (await this.registry.get(KIND, name))?.value);
  }

  async change<N extends keyof Noted>(name: N, next: (before: Noted[N]) => Noted[N]): Promise<Noted[N]> {
    return turnsOf(this.registry).until(`${KIND} ${name}`, async () => {
      const found = await this.registry.get(KIND, name);
      const value = next(this.read(name, found?.value));
      const entry = {
        id: name,
        lookup: null,
        owner: 'system',
        created_at: found?.created_at ?? this.now().toISOString(),
        expires_at: null,
        version: (found?.version ?? 0) + 1,
        value,
      };
      const isDone = found === null ? await this.registry.add(KIND, entry) : await this.registry.replace(KIND, entry);
      return isDone ? { value } : null;
    });
  }

  private read<N extends keyof Noted>(name: N, value: unknown): Noted[N] {
    const { schema, first } = NOTES[name];
    return (schema.safeParse(value).data ?? first) as Noted[N];
  }
}

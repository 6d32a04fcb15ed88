import * as z from 'zod';
import type { Bus } from '../ports/bus.ts';
import type { Detector } from '../ports/detector.ts';
import type { Registry } from '../ports/registry.ts';

const KIND = 'model_in_use';
const ID = 'detector';
const SYSTEM = 'system';
const InUse = z.object({ name: z.string(), version: z.string() });

interface Parts {
  readonly detector: Pick<Detector, 'identity'>;
  readonly registry: Registry;
  readonly bus: Bus;
  readonly now: () => Date;
}

/** Tells, once for all servers of a store, when another model or version of it looks at images than did before. */
export async function tellOfModel({ detector, registry, bus, now }: Parts): Promise<void> {
  const { name, version } = await detector.identity({});
  const there = await registry.get(KIND, ID);
  const previous = InUse.safeParse(there?.value).data ?? null;
  if (previous?.name === name && previous.version === version) return;
  const entry = {
    ...{ id: ID, lookup: null, owner: SYSTEM, expires_at: null, value: { name, version } },
    created_at: there?.created_at ?? now().toISOString(),
    version: (there?.version ?? 0) + 1,
  };
  const isMine = there === null ? await registry.add(KIND, entry) : await registry.replace(KIND, entry);
  // The first model of a store replaces none.
  if (isMine && previous !== null) {
    await bus.emit({ type: 'model_updated', model: { name, version }, previous, owner: SYSTEM });
  }
}

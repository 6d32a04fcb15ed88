import { NotificationPreferences } from '../contract/notification.ts';
import { turnsOf } from '../one-after-another.ts';
import type { Registry } from '../ports/registry.ts';

const KIND = 'notification_preferences';

/** What the owner wants people to be told; the defaults where nothing was said, or what was said cannot be read. */
export async function readPreferences(registry: Registry, owner: string): Promise<NotificationPreferences> {
  const entry = await registry.get(KIND, owner);
  return NotificationPreferences.safeParse(entry?.value).data ?? NotificationPreferences.parse({});
}

export async function writePreferences(
  registry: Registry,
  owner: string,
  value: NotificationPreferences,
  now: Date,
): Promise<void> {
  await turnsOf(registry).until(`${KIND} ${owner}`, async () => {
    const before = await registry.get(KIND, owner);
    const created_at = before?.created_at ?? now.toISOString();
    const entry = { id: owner, lookup: null, owner, created_at, expires_at: null, value };
    const done =
      before === null
        ? await registry.add(KIND, { ...entry, version: 1 })
        : await registry.replace(KIND, { ...entry, version: before.version + 1 });
    return done ? { value: true } : null;
  });
}

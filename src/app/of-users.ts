import { LOCAL } from '../contract/principal.ts';
import type { Records } from '../ports/records.ts';

export interface OfUsers {
  /** Also of users who were removed. */
  readonly analyses: number;
  /** Rules of users who are there, but for those for everyone. */
  readonly rules: number;
}

const USERS_AT_ONCE = 200;
/** Of nobody: rules that are everyone's, and no others. */
const NOBODY = '';

/** Counts what the command line does not show, as it belongs to users. */
export async function countOfUsers({ analyses, rules, registry }: Records): Promise<OfUsers> {
  const [all, own] = await Promise.all([analyses.count({}), analyses.count({ owner: LOCAL.id })]);
  const everyones = await rules.count(NOBODY, {});
  let ofUsers = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Awaited<ReturnType<typeof registry.list>> = await registry.list('user', null, {
      limit: USERS_AT_ONCE,
      ...(cursor && { cursor }),
    });
    for (const { id } of page.items) ofUsers += Math.max(0, (await rules.count(id, {})) - everyones);
    cursor = page.nextCursor;
  }
  return { analyses: Math.max(0, all - own), rules: ofUsers };
}

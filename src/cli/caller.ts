import type { CallContext } from '../contract/call-context.ts';
import { LOCAL } from '../contract/principal.ts';
import type { Services } from '../services.ts';

/** Who uses the command line. */
export const call: CallContext = { principal: LOCAL };

export const OWNER = ['--owner <name>', 'for this user of the server; the audit log keeps it'] as const;

/** Acting for the user of this name, or where none is named for this machine's own. */
export async function callFor(
  { accounts }: Pick<Services, 'accounts'>,
  owner: string | undefined,
  what: string,
): Promise<CallContext> {
  return owner === undefined ? call : { principal: await accounts.actFor(call, owner, what) };
}

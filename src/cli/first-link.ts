import type { Config } from '../config/config.ts';
import { toAppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { tellLine } from './terminal.ts';

/** Where the link leads to; what makes it one stands behind the #, which browsers send to nobody. */
export const firstLinkAt = (url: string, token: string): string => `${url.replace(/\/$/, '')}/setup#${token}`;

/** On the first start of a store that nobody has users in, its only link goes to stderr. Nothing depends on it. */
export async function tellOfFirstLink(
  { accounts, capabilities }: Pick<Services, 'accounts' | 'capabilities'>,
  { H200_API_TOKEN: token, H200_ADMIN_PASSWORD: password, H200_PUBLIC_URL: publicUrl }: Config,
  { url, loginWanted }: { readonly url: string; readonly loginWanted: boolean },
): Promise<void> {
  if (capabilities.readOnly || token !== undefined || password !== undefined) return;
  try {
    const link = await accounts.firstLink({ again: false });
    if (link === null) {
      if (loginWanted)
        tellLine('Nobody can log in yet: "h200-mug users link" prints a link for the first administrator.');
      return;
    }
    tellLine(
      `To have users, make the first administrator within an hour: ${firstLinkAt(publicUrl ?? url, link.token)}`,
    );
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    if (code !== 'AUTH_007') tellLine(`h200-mug: ${code}: ${message} There is no link for a first administrator.`);
  }
}

import { cut } from '../notices/notice.ts';
import type { NoticeChannel } from '../notices/notice-target.ts';
import { timeForPeople } from '../notices/time-for-people.ts';
import { DeliveryError } from '../outbox/target.ts';
import { MARK } from './mark.ts';
import { type Answer, demandSuccess, Poster } from './post.ts';
import type { AddressParts } from './slack.ts';

/** Of one message, UTF-16 units. */
const LONGEST = 2000;
/** No preview of links. */
const SUPPRESS_EMBEDS = 4;

/** Markdown, masked links and custom emoji mean nothing then. */
export const escapeDiscord = (text: string): string => text.replace(/[\\*_~`|>#[\]()<:@-]/g, '\\$&');

export function discordChannel(parts: AddressParts): NoticeChannel {
  const poster = new Poster(parts);
  return {
    name: 'discord',
    async post({ id, severity, title, lines, analysis_id, picture }, signal) {
      const url = parts.url();
      if (url === undefined) throw new DeliveryError('has no address any more');
      // Whole also where the rest is cut: by its ids the rest is found.
      const ids = escapeDiscord(`\n${[severity, analysis_id, id].filter((one) => one !== null).join(' · ')}`);
      const link = picture ? `\n[The picture](<${picture.url}>) (until ${timeForPeople(picture.expires_at)})` : '';
      const foot = link.length + ids.length < LONGEST / 2 ? link + ids : ids;
      const text = [`${MARK[severity]} ${title}`, ...lines.map((one) => `• ${one}`)].map(escapeDiscord).join('\n');
      const room = LONGEST - foot.length;
      const content = (text.length <= room ? text : `${cut(text, room - 1).replace(/\\+$/, '')}…`) + foot;
      // Nobody is called, whatever names say.
      const body = JSON.stringify({ content, allowed_mentions: { parse: [] }, flags: SUPPRESS_EMBEDS });
      const answer = await poster.call(url, { headers: { 'content-type': 'application/json' }, body }, signal);
      demandSuccess({ ...answer, retryAfterMs: retryAfter(answer) ?? answer.retryAfterMs });
    },
    close: () => poster.close(),
  };
}

/** In the body of a 429, seconds. */
function retryAfter({ status, text }: Answer): number | null {
  if (status !== 429) return null;
  try {
    const { retry_after } = JSON.parse(text) as { retry_after?: unknown };
    return typeof retry_after === 'number' && retry_after >= 0 ? retry_after * 1000 : null;
  } catch {
    return null;
  }
}

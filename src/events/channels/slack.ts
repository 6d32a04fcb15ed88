import { cut, type PictureLink } from '../notices/notice.ts';
import type { NoticeChannel } from '../notices/notice-target.ts';
import { timeForPeople } from '../notices/time-for-people.ts';
import { DeliveryError } from '../outbox/target.ts';
import { MARK } from './mark.ts';
import { demandSuccess, Poster, type PostOptions } from './post.ts';

export interface AddressParts extends PostOptions {
  /** As it is now. */
  readonly url: () => string | undefined;
}

/** Of one text object of a block. */
const LONGEST = 3000;

/** https://docs.slack.dev/messaging/formatting-message-text: nothing else is control sequence or mention. */
export const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The one text of a message in which Slack reads a link: there is nothing in it but our own. */
const linkTo = ({ url, expires_at }: PictureLink): string =>
  `<${escapeSlack(url).replaceAll('|', '%7C')}|The picture> (until ${timeForPeople(expires_at)})`;

/** An incoming webhook. Blocks are plain text, in which Slack reads no mention and no link. */
export function slackChannel(parts: AddressParts): NoticeChannel {
  const poster = new Poster(parts);
  return {
    name: 'slack',
    async post({ id, severity, title, lines, analysis_id, picture }, signal) {
      const url = parts.url();
      if (url === undefined) throw new DeliveryError('has no address any more');
      const head = `${MARK[severity]} ${title}`;
      const plain = (text: string) => ({ type: 'plain_text', text: cut(text, LONGEST), emoji: false });
      const blocks = [
        { type: 'section', text: plain(head) },
        ...(lines.length > 0 ? [{ type: 'section', text: plain(lines.map((one) => `• ${one}`).join('\n')) }] : []),
        ...(picture ? [{ type: 'section', text: { type: 'mrkdwn', text: linkTo(picture) } }] : []),
        { type: 'context', elements: [plain([severity, analysis_id, id].filter(Boolean).join(' · '))] },
      ];
      const body = JSON.stringify({ text: escapeSlack(head), mrkdwn: false, unfurl_links: false, blocks });
      demandSuccess(await poster.call(url, { headers: { 'content-type': 'application/json' }, body }, signal));
    },
    close: () => poster.close(),
  };
}

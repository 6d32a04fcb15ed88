import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import { isPublicAddress } from '../../network/address.ts';
import type { PostedNotice } from '../notices/notice.ts';
import type { NoticeChannel } from '../notices/notice-target.ts';
import { timeForPeople } from '../notices/time-for-people.ts';
import { DeliveryError, SEND_MS } from '../outbox/target.ts';
import { smtpError } from './smtp-error.ts';

export interface EmailParts {
  readonly host: string;
  /** 465 is TLS from the first byte; on every other STARTTLS is demanded. */
  readonly port: number;
  readonly username: string | undefined;
  readonly password: () => string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  readonly allowPrivate: boolean;
  /** Certificate authority besides the built-in ones, PEM; for tests. */
  readonly ca?: string;
}

const IMPLICIT_TLS = 465;

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (one) => HTML[one] ?? one);

/** Mail over SMTP, never without TLS, with a text and an HTML part. */
export function emailChannel(parts: EmailParts): NoticeChannel {
  return {
    name: 'email',
    async post(notice, signal) {
      const transport = createTransport(await settingsOf(parts));
      const stop = () => transport.close();
      signal.addEventListener('abort', stop, { once: true });
      try {
        await transport.sendMail({
          from: parts.from,
          to: [...parts.to],
          ...mailOf(notice),
          // The same however often it is sent.
          messageId: `<${notice.id}@h200-mug>`,
          headers: { 'X-H200-Event-Id': notice.id, 'Auto-Submitted': 'auto-generated' },
          date: new Date(notice.timestamp),
        });
      } catch (thrown) {
        throw smtpError(thrown);
      } finally {
        signal.removeEventListener('abort', stop);
        transport.close();
      }
    },
  };
}

export function mailOf({ severity, title, lines, timestamp, analysis_id, picture }: PostedNotice) {
  const foot = [timeForPeople(timestamp), analysis_id && `analysis ${analysis_id}`].filter(Boolean).join(', ');
  const until = picture && timeForPeople(picture.expires_at);
  const link = picture ? `<p><a href="${escapeHtml(picture.url)}">The picture</a> (until ${until})</p>` : '';
  const items = lines.map((one) => `<li>${escapeHtml(one)}</li>`).join('');
  return {
    subject: `[h200-mug ${severity}] ${title}`,
    text: [
      title,
      '',
      ...lines.map((one) => `- ${one}`),
      '',
      ...(picture ? [`The picture (until ${until}): ${picture.url}`] : []),
      foot,
    ].join('\n'),
    html: `<!doctype html><html><body><h3>${escapeHtml(title)}</h3><ul>${items}</ul>${link}<p>${escapeHtml(foot)}</p></body></html>`,
  };
}

async function settingsOf({ host, port, username, password, allowPrivate, ca }: EmailParts) {
  const address = await addressOf(host, allowPrivate);
  const isImplicit = port === IMPLICIT_TLS;
  const pass = password();
  return {
    host: address,
    port,
    secure: isImplicit,
    requireTLS: !isImplicit,
    ...(username !== undefined && pass !== undefined && { auth: { user: username, pass } }),
    tls: { ...(isIP(host) === 0 && { servername: host }), ...(ca !== undefined && { ca }) },
    connectionTimeout: SEND_MS,
    greetingTimeout: SEND_MS,
    socketTimeout: SEND_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** The address that is dialled is the one that was checked. */
async function addressOf(host: string, allowPrivate: boolean): Promise<string> {
  const found = isIP(host) ? [{ address: host }] : await systemLookup(host, { all: true }).catch(() => []);
  const [first] = found;
  if (first === undefined) throw new DeliveryError('the mail server cannot be found: see SMTP_HOST');
  if (!allowPrivate && !found.every(({ address }) => isPublicAddress(address))) {
    throw new DeliveryError('the mail server lies in a private network (H200_NOTIFY_PRIVATE=true allows that)');
  }
  return first.address;
}

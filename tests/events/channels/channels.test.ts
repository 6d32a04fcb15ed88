import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { discordChannel } from '../../../src/events/channels/discord.ts';
import { type EmailParts, emailChannel, mailOf } from '../../../src/events/channels/email.ts';
import { slackChannel } from '../../../src/events/channels/slack.ts';
import { smtpError } from '../../../src/events/channels/smtp-error.ts';
import { line, type PostedNotice } from '../../../src/events/notices/notice.ts';
import { readRetryAfter } from '../../../src/outgoing/retry-after.ts';
import { Receiver } from '../../support/receiver.ts';
import { localCertificate, type MailServer, mailServer } from './smtp-receiver.ts';

/** A rule of somebody who means no good. */
const EVIL =
  '\u202e\u2066\u001b[31m<!channel> <@U123> @everyone <script>alert(1)</script> [click](http://evil.test) & "x"\r\nBcc: all@evil.test';
const notice = (more: Partial<PostedNotice> = {}): PostedNotice => ({
  id: 'evt_1',
  severity: 'critical',
  title: line(EVIL),
  lines: [line(`Broken: ${EVIL}`), 'mug to laptop 120 mm, required 152 mm'],
  timestamp: '2026-01-01T10:00:00.000Z',
  analysis_id: 'ana_1',
  picture: null,
  ...more,
});
const signal = new AbortController().signal;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await new Receiver().start();
});
afterEach(() => receiver.stop());
const parts = () => ({ allowPrivate: true, url: () => receiver.url });
const body = () => JSON.parse(receiver.calls.at(-1)!.body);

describe('Slack', () => {
  it('is told in plain text, in which nothing is a mention', async () => {
    await slackChannel(parts()).post(notice(), signal);
    const { text, blocks, mrkdwn } = body();
    expect(text).toContain('&lt;!channel&gt; &lt;@U123&gt;');
    expect(text).not.toContain('<');
    expect(mrkdwn).toBe(false);
    expect(blocks.map((one: { type: string }) => one.type)).toEqual(['section', 'section', 'context']);
    for (const one of blocks.flatMap((b: { text?: unknown; elements?: unknown[] }) => b.elements ?? [b.text])) {
      expect(one.type).toBe('plain_text');
    }
  });

  it('says why it could not be told', async () => {
    receiver.behaviour = () => ({ status: 404, body: 'no_service' });
    await expect(slackChannel(parts()).post(notice(), signal)).rejects.toMatchObject({
      message: 'answered 404',
      isFinal: false,
    });
    receiver.behaviour = () => ({ status: 400, body: 'invalid_payload' });
    await expect(slackChannel(parts()).post(notice(), signal)).rejects.toMatchObject({ isFinal: true });
  });
});

describe('Discord', () => {
  it('calls nobody, links nowhere, and is never too long', async () => {
    receiver.behaviour = () => ({ status: 204 });
    await discordChannel(parts()).post(notice(), signal);
    expect(body()).toMatchObject({ allowed_mentions: { parse: [] }, flags: 4 });
    expect(body().content).toContain('\\@everyone');
    expect(body().content).toContain('\\[click\\]\\(http\\://evil.test\\)');
    await discordChannel(parts()).post(notice({ lines: Array(20).fill('😀['.repeat(99)) }), signal);
    const { content } = body();
    expect(content.length).toBeLessThanOrEqual(2000);
    expect(content.isWellFormed()).toBe(true);
    expect(content).toMatch(/…\ncritical · ana\\_1 · evt\\_1$/);
  });

  it('is told again after as long as it asks for', async () => {
    receiver.behaviour = () => ({ status: 429, body: '{"retry_after": 1.5}', headers: { 'retry-after': '9' } });
    await expect(discordChannel(parts()).post(notice(), signal)).rejects.toMatchObject({ retryAfterMs: 1500 });
    receiver.behaviour = () => ({ status: 429, body: 'no json', headers: { 'retry-after': '9' } });
    await expect(discordChannel(parts()).post(notice(), signal)).rejects.toMatchObject({ retryAfterMs: 9000 });
  });
});

describe('a link to the picture', () => {
  const picture = { url: 'https://desk.example/mug/files/aB_-9', expires_at: '2026-01-02T10:00:00.000Z' };
  const until = '2 January 2026, 10:00 UTC';

  it('is the one link of a message in Slack', async () => {
    await slackChannel(parts()).post(notice({ picture }), signal);
    const markup = body().blocks.filter((one: { text?: { type: string } }) => one.text?.type === 'mrkdwn');
    expect(markup.map((one: { text: { text: string } }) => one.text.text)).toEqual([
      `<${picture.url}|The picture> (until ${until})`,
    ]);
    expect(body().unfurl_links).toBe(false);
  });

  it('is the one link of a message in Discord, whole however long the message is', async () => {
    receiver.behaviour = () => ({ status: 204 });
    await discordChannel(parts()).post(notice({ picture, lines: Array(20).fill('x'.repeat(300)) }), signal);
    const { content } = body();
    expect(content.length).toBeLessThanOrEqual(2000);
    expect(content).toContain(`[The picture](<${picture.url}>) (until ${until})`);
    expect(content).toMatch(/critical · ana\\_1 · evt\\_1$/);
  });

  it('is in both parts of a mail', () => {
    const mail = mailOf(notice({ picture: { ...picture, url: `${picture.url}?a=1&b="2"` } }));
    expect(mail.text).toContain(`The picture (until ${until}): ${picture.url}?a=1&b="2"`);
    expect(mail.html).toContain(`<a href="${picture.url}?a=1&amp;b=&quot;2&quot;">The picture</a> (until ${until})`);
  });
});

it('a name of any length, with controls and marks of direction, stays one line within the limits everywhere', async () => {
  const long = notice({ title: line(EVIL.repeat(9)), lines: [line(`Broken: ${EVIL.repeat(9)}`)] });
  await slackChannel(parts()).post(long, signal);
  const { text, blocks } = body();
  await discordChannel(parts()).post(long, signal);
  const { content } = body();
  const { subject, text: plain, html } = mailOf(long);
  for (const one of [text, JSON.stringify(blocks), content, subject, plain, html]) {
    expect(one.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
  expect(content.length).toBeLessThanOrEqual(2000);
  expect(content).not.toMatch(/(?<!\\)[@<>[\]()]/);
  expect(subject).not.toContain('\n');
  expect(subject.length).toBeLessThan(330);
  expect(html).not.toMatch(/<(?!\/?(?:!doctype|html|body|h3|ul|li|p)\b)/);
});

it.each([
  ['7', 7000],
  ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['Thursday, 01-Jan-26 00:00:10 GMT', 10_000],
  ['Thu Jan  1 00:00:10 2026', 10_000],
  ['0', 0],
  ['-5', null],
  ['1.5', null],
  ['2026', 2_026_000],
  ['2027-01-01', null],
  ['Foo, 99 Bar 2026 00:00:10 GMT', null],
  ['soon', null],
  [undefined, null],
])('reads Retry-After: %s', (header, expected) => {
  expect(readRetryAfter(header, Date.UTC(2026, 0, 1))).toBe(expected);
});

describe('mail', () => {
  let pair: { key: string; cert: string };
  const servers: MailServer[] = [];
  beforeAll(() => {
    pair = localCertificate();
  });
  afterAll(() => Promise.all(servers.map((one) => one.close())));
  const serve = async (more: Parameters<typeof mailServer>[0] = {}, host?: string) => {
    const server = await mailServer({ ...pair, ...more }, host);
    servers.push(server);
    return server;
  };
  const channel = (port: number, more: Partial<EmailParts> = {}) =>
    emailChannel({
      host: 'localhost',
      port,
      username: 'desk',
      password: () => 'right',
      from: 'desk@example.com',
      to: ['ann@example.com', 'bob@example.com'],
      allowPrivate: true,
      ca: pair.cert,
      ...more,
    });

  it('goes over STARTTLS with a login, as text and as HTML in which nothing is markup', async () => {
    const server = await serve();
    await channel(server.port).post(notice(), signal);
    const [{ mail, raw, secure, user, to }] = server.mails as [MailServer['mails'][number]];
    expect({ secure, user, to }).toEqual({ secure: true, user: 'desk', to: ['ann@example.com', 'bob@example.com'] });
    expect(mail.messageId).toBe('<evt_1@h200-mug>');
    expect(mail.headers.get('x-h200-event-id')).toBe('evt_1');
    expect(mail.text).toContain('<script>alert(1)</script>');
    expect(mail.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(mail.html).not.toContain('<script>');
    // What a name says begins no header of its own.
    expect(mail.bcc).toBeUndefined();
    expect(raw).not.toMatch(/^Bcc:/im);
  });

  it('is not sent at all where the server offers no TLS', async () => {
    const server = await serve({ disabledCommands: ['STARTTLS'] });
    await expect(channel(server.port).post(notice(), signal)).rejects.toMatchObject({
      message: 'the mail server offers no STARTTLS, or it failed; nothing is sent without TLS',
      isFinal: false,
    });
    expect(server.mails).toEqual([]);
  });

  it('is not sent to a server whose certificate nobody vouches for', async () => {
    const server = await serve();
    const others = localCertificate().cert;
    await expect(channel(server.port, { ca: others }).post(notice(), signal)).rejects.toMatchObject({
      message:
        'the mail server was reached, but its certificate is not accepted: it is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT); start with NODE_EXTRA_CA_CERTS=cert.pem to trust it (docs/notifications.md)',
      isFinal: false,
    });
    expect(server.mails).toEqual([]);
  });

  it('says what is in the way: another name, no such host, nothing that listens', async () => {
    const server = await serve();
    const reasonOf = (more: Partial<EmailParts>, port = server.port) =>
      channel(port, more)
        .post(notice(), signal)
        .then(
          () => 'sent',
          (thrown: Error) => thrown.message,
        );
    // The certificate is for localhost and 127.0.0.1.
    expect(await reasonOf({ host: '127.0.0.2' })).toBe(
      'the mail server refused the connection: nothing listens on SMTP_PORT there (ECONNREFUSED)',
    );
    const everywhere = await serve({}, '127.0.0.2');
    expect(await reasonOf({ host: '127.0.0.2' }, everywhere.port)).toBe(
      'the mail server was reached, but its certificate is not accepted: it is for another name than SMTP_HOST (ERR_TLS_CERT_ALTNAME_INVALID)',
    );
    expect(await reasonOf({ host: 'no-such-host.invalid' })).toBe('the mail server cannot be found: see SMTP_HOST');
    expect(server.mails).toEqual([]);
  });

  it.each([
    [{ code: 'EDNS', message: 'x' }, 'cannot be found: see SMTP_HOST'],
    [{ code: 'ETIMEDOUT', message: 'Greeting never received' }, 'gave no answer within 10 s'],
    [{ code: 'ESOCKET', originalCode: 'CERT_HAS_EXPIRED' }, 'its certificate is not accepted: it has expired'],
    [{ code: 'ETLS', message: 'Error initiating TLS - self-signed certificate' }, 'NODE_EXTRA_CA_CERTS'],
    [{ code: 'ESOCKET', originalCode: 'ERR_SSL_WRONG_VERSION_NUMBER' }, '465 is TLS from the first byte'],
    [{ code: 'ESOCKET', originalCode: 'ECONNRESET' }, 'broke off the connection (ECONNRESET)'],
    [{ code: 'ECONNECTION', message: 'Connection closed unexpectedly' }, 'broke off the connection'],
    [{ code: 'EAUTH', message: 'Missing credentials for "PLAIN"' }, 'SMTP_USERNAME or SMTP_PASSWORD is missing'],
    [{ code: 'EENVELOPE', responseCode: 451 }, 'answered 451'],
    ['evil', 'could not be reached (unknown)'],
  ])('says in our words: %j', (thrown, words) => {
    const { message } = smtpError(thrown);
    expect(message).toContain(words);
    expect(message).toMatch(/^the mail server /);
  });

  it('says the time as people do, and which analysis it is of', () => {
    expect(mailOf(notice()).text).toMatch(/\n1 January 2026, 10:00 UTC, analysis ana_1$/);
    expect(mailOf(notice({ analysis_id: null })).html).toContain('<p>1 January 2026, 10:00 UTC</p>');
  });

  it('tells a wrong password, a full mailbox and an unknown one apart', async () => {
    const server = await serve();
    await expect(channel(server.port, { password: () => 'wrong' }).post(notice(), signal)).rejects.toMatchObject({
      message: 'the mail server refuses the login (535): see SMTP_USERNAME and SMTP_PASSWORD',
      isFinal: false,
    });
    for (const [responseCode, isFinal] of [
      [452, false],
      [550, true],
    ] as const) {
      const full = await serve({
        onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no'), { responseCode })),
      });
      await expect(channel(full.port).post(notice(), signal)).rejects.toMatchObject({
        message: `the mail server answered ${responseCode}`,
        isFinal,
      });
    }
  });

  it('is not sent into a private network unless the operator allows it', async () => {
    const server = await serve();
    await expect(channel(server.port, { allowPrivate: false }).post(notice(), signal)).rejects.toThrow(
      'H200_NOTIFY_PRIVATE',
    );
    expect(server.mails).toEqual([]);
  });
});

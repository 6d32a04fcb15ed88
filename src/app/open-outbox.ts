import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Severity } from '../contract/notification.ts';
import { AppError } from '../errors.ts';
import type { PostOptions } from '../events/channels/post.ts';
import type { NoticeChannel, NoticeParts } from '../events/notices/notice-target.ts';
import type { StoredOutbox } from '../events/outbox/outbox.ts';
import type { Target } from '../events/outbox/target.ts';
import type { BusEvent } from '../ports/bus.ts';
import type { Outbox, Renderer } from '../ports/outbox.ts';
import type { AnalysisRecords } from '../ports/records.ts';
import type { Registry } from '../ports/registry.ts';
import type { LiveSecrets } from '../secrets/live-secrets.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface OutboxNeeds {
  readonly secrets: LiveSecrets;
  readonly registry: Registry;
  readonly analyses: Pick<AnalysisRecords, 'get'>;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Where it is asked for before the program is whole, it waits. */
  readonly picture?: NoticeParts['picture'];
  readonly now?: () => Date;
}

export interface AppOutbox {
  readonly port: Outbox;
  readonly renderer: Renderer | null;
  accept(event: BusEvent): Promise<void>;
  /** What can be delivered at once still is. */
  close(): Promise<void>;
}

/**
 * Who delivers: a server what waits, from its start on; a command, only behind a message that it wrote itself, and where no
 * server does; who only looks, nothing.
 */
export type Delivery = 'always' | 'once it wrote' | 'never';

/** Longest wait at the end for what was accepted last, ms: a command that analyses one photo ends right behind it. */
const SETTLE_MS = 1000;
const HOUR_MS = 3_600_000;

/** Null where no target is configured: nothing is loaded and nothing is written then. */
export async function openOutbox(
  config: Config,
  needs: OutboxNeeds,
  delivery: Delivery = 'always',
): Promise<AppOutbox | null> {
  const { registry, metrics, log, now = () => new Date() } = needs;
  const targets = await openTargets(config, { ...needs, now });
  const templated = await templatedOf(config, { ...needs, now });
  if (templated !== null) targets.push(templated);
  if (targets.length === 0) return null;
  const [{ StoredOutbox }, { outgoing }] = await Promise.all([
    import('../events/outbox/outbox.ts'),
    import('../events/outgoing-event.ts'),
  ]);
  const limits = { backlog: config.H200_OUTBOX_LIMIT, oldestMs: config.H200_OUTBOX_HOURS * HOUR_MS };
  const outbox = new StoredOutbox({
    registry,
    targets,
    metrics,
    log,
    now,
    limits,
    startsByWriting: delivery === 'once it wrote',
  });
  // Where nothing may be stored, one may still look at what waits.
  if (config.H200_READ_ONLY) return looking(outbox);
  if (delivery === 'always') outbox.start();
  return {
    port: outbox,
    renderer: templated?.renderer ?? null,
    async accept(event) {
      const message = outgoing(event);
      if (message !== null) await outbox.accept(message);
    },
    async close() {
      if (outbox.isDelivering) await outbox.settle(SETTLE_MS);
      await outbox.close();
    },
  };
}

/** Nothing is written, and nothing is delivered. */
function looking(outbox: StoredOutbox): AppOutbox {
  const refuse = async () => {
    throw new AppError('AUTH_003', {
      message: 'Nothing may be changed here: H200_READ_ONLY is set.',
      advice: 'Ask a server without it.',
    });
  };
  const port: Outbox = {
    targets: outbox.targets,
    accept: async () => {},
    status: () => outbox.status(),
    states: () => outbox.states(),
    test: refuse,
    deadLetters: (page) => outbox.deadLetters(page),
    replay: refuse,
    forget: refuse,
    settle: async () => true,
  };
  return { port, renderer: null, accept: async () => {}, close: () => outbox.close() };
}

type Ready = OutboxNeeds & { readonly now: () => Date };

/** One for each target whose variables are set; what it needs is loaded then. */
async function openTargets(config: Config, needs: Ready): Promise<Target[]> {
  const post: PostOptions = { allowPrivate: config.H200_NOTIFY_PRIVATE };
  const targets: Target[] = [];
  if (config.WEBHOOK_URL) targets.push(await webhook(config, needs, post, 'webhook'));
  if (config.N8N_WEBHOOK_URL) targets.push(await webhook(config, needs, post, 'n8n'));
  const people = (channel: NoticeChannel, severities: readonly Severity[]) =>
    noticeTargetOf(channel, {
      ...{ registry: needs.registry, severities, now: needs.now },
      ...(needs.picture && { picture: needs.picture }),
    });
  if (config.SLACK_WEBHOOK_URL) {
    const { slackChannel } = await import('../events/channels/slack.ts');
    const url = () => needs.secrets.get('SLACK_WEBHOOK_URL');
    targets.push(await people(slackChannel({ ...post, url }), config.H200_SLACK_SEVERITIES));
  }
  if (config.DISCORD_WEBHOOK_URL) {
    const { discordChannel } = await import('../events/channels/discord.ts');
    const url = () => needs.secrets.get('DISCORD_WEBHOOK_URL');
    targets.push(await people(discordChannel({ ...post, url }), config.H200_DISCORD_SEVERITIES));
  }
  const email = await emailOf(config, needs);
  if (email !== null) targets.push(await people(email, config.H200_EMAIL_SEVERITIES));
  return targets;
}

async function noticeTargetOf(channel: NoticeChannel, parts: NoticeParts): Promise<Target> {
  const { noticeTarget } = await import('../events/notices/notice-target.ts');
  return noticeTarget(channel, parts);
}

/** Null: no mail is sent. Throws ConfigError. */
async function emailOf(config: Config, { secrets }: Ready): Promise<NoticeChannel | null> {
  const { EMAIL_TO: to, EMAIL_FROM: from } = config;
  if (to === undefined && from === undefined) return null;
  if (to === undefined || from === undefined) {
    throw new ConfigError([
      `${to === undefined ? 'EMAIL_TO' : 'EMAIL_FROM'}: must be set too, as both belong together`,
    ]);
  }
  const { emailChannel } = await import('../events/channels/email.ts');
  return emailChannel({
    host: config.SMTP_HOST,
    port: config.SMTP_PORT,
    username: config.SMTP_USERNAME,
    password: () => secrets.get('SMTP_PASSWORD'),
    from,
    to,
    allowPrivate: config.H200_NOTIFY_PRIVATE,
  });
}

async function webhook(
  config: Config,
  { secrets, now }: Ready,
  post: PostOptions,
  name: 'webhook' | 'n8n',
): Promise<Target> {
  const { webhookTarget } = await import('../events/channels/webhook.ts');
  const prefix = name === 'n8n' ? 'N8N_' : '';
  return webhookTarget({
    ...post,
    name,
    url: () => secrets.get(`${prefix}WEBHOOK_URL`),
    signingSecret: () => secrets.get('H200_WEBHOOK_SECRET'),
    authorization: () => secrets.get(`${prefix}WEBHOOK_AUTHORIZATION`),
    batch: config.H200_WEBHOOK_BATCH,
    now,
  });
}

async function templatedOf(config: Config, { secrets, registry, analyses, now }: Ready) {
  if (config.TEMPLATED_API_KEY === undefined) return null;
  const { templatedTarget } = await import('../events/channels/templated.ts');
  const bare = (address: string) => address.replace(/\/+$/, '');
  return templatedTarget({
    allowPrivate: config.H200_NOTIFY_PRIVATE,
    // Addresses are shown with the version as well.
    base: bare(config.TEMPLATED_API_URL).replace(/\/v1$/, ''),
    apiKey: () => secrets.get('TEMPLATED_API_KEY'),
    template: config.TEMPLATED_TEMPLATE_ID,
    callback: config.TEMPLATED_CALLBACK_URL && bare(config.TEMPLATED_CALLBACK_URL),
    registry,
    analysis: async (id) => (await analyses.get(id))?.analysis ?? null,
    now,
  });
}

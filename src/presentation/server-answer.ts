import type { ControlAnswer, CostReport, ServerInfo, ServerList, ServerOffer } from '../contract/server.ts';
import type { ServerPlan } from '../contract/server-plan.ts';
import { quotedText } from '../plain-text.ts';
import { usd } from './money.ts';

const MOST_QUOTED = 300;
const MOST_UNKNOWN = 5;
const minute = (time: string) => `${time.slice(0, 16).replace('T', ' ')} UTC`;
const second = (time: string) => `${time.slice(0, 19).replace('T', ' ')} UTC`;

/** "srv_1 timed: running on 1 × H200 SXM; $3.99 an hour, $1.20 so far; is stopped at 2026-01-01 10:20 UTC unless it is used". */
export function serverLine(one: ServerInfo): string {
  const { id, type, state, gpu, config, cost_per_hour: price, total_cost: total } = one;
  const on = gpu === null ? `asked for ${config.gpu_count} × ${config.gpu_type}` : `${config.gpu_count} × ${gpu.name}`;
  const notes = [
    ...workersNote(one),
    ...(price === null
      ? []
      : [`${usd(price)} an hour now${type === 'timed' && state === 'stopped' ? ' but for its disk' : ''}`]),
    total !== null ? `${usd(total)} so far` : type === 'serverless' ? 'not billed yet' : 'what it cost is not known',
    ...(one.protected ? ['protected'] : []),
    ...idleNote(one),
    ...(one.endpoint_url === null ? [] : [one.endpoint_url]),
    ...(one.error === null ? [] : [`the provider says (data): ${quotedText(one.error, MOST_QUOTED)}`]),
    ...(one.drift === null ? [] : [`otherwise there than asked: ${quotedText(one.drift, MOST_QUOTED)}`]),
  ];
  return `${id} ${type}: ${state}, ${on}; ${notes.join('; ')}`;
}

function workersNote({ type, current_instances: now, config: { min_instances: min, max_instances: max } }: ServerInfo) {
  if (type === 'timed') return [];
  const always = min > 0 ? `, ${min} of them all the time, so it is not stopped for being idle` : '';
  return [`${now ?? 'an unknown number of'} workers now (${min} to ${max}${always})`];
}

function idleNote({ idle_stop_at: at, idle_since: since, protected: isProtected }: ServerInfo): string[] {
  if (at !== null) return [`is stopped at ${second(at)}, or at the next look after it, unless it is used`];
  if (since === null || isProtected) return [];
  return ['unused, and nobody watches: it is stopped for being idle only while serve or stdio runs'];
}

const PROVIDER_WORDS = {
  ok: 'answers',
  unreachable: 'gives no list',
  refused: 'refuses to give a list',
  not_configured: 'is not configured',
} as const;

export function serversText({ servers, provider, unknown }: ServerList): string {
  if (provider.state === 'not_configured' && servers.length === 0) {
    return 'No GPU servers: RUNPOD_API_KEY is not set, so none can be rented.';
  }
  return [
    ...(provider.simulated ? ['Simulated: nothing is rented, and prices are made up.'] : []),
    ...(servers.length === 0 ? ['There are no GPU servers.'] : servers.map((one) => `- ${serverLine(one)}`)),
    ...(provider.state === 'ok'
      ? asOf(servers)
      : [
          `RunPod ${PROVIDER_WORDS[provider.state]}${provider.reason ? `: ${quotedText(provider.reason, MOST_QUOTED)}` : ''}; states are as last seen.`,
        ]),
    ...unknown
      .slice(0, MOST_UNKNOWN)
      .map(
        ({ provider_id, type, name, state, cost_per_hour: price }) =>
          `- not made here: ${type} ${quotedText(name)} (${quotedText(provider_id)}), ${quotedText(state)}${price === null ? '' : `, ${usd(price)} an hour`}`,
      ),
    ...(unknown.length > MOST_UNKNOWN ? [`- and ${unknown.length - MOST_UNKNOWN} more that were not made here`] : []),
  ].join('\n');
}

/** The oldest look counts: each server may have been looked at by itself since. */
function asOf(servers: readonly ServerInfo[]): string[] {
  const [oldest] = servers.flatMap(({ as_of: at }) => (at === null ? [] : [at])).toSorted();
  return oldest === undefined ? [] : [`States are as of ${second(oldest)}.`];
}

const offerName = ({ name, gpu_count: count, price_per_hour: price }: ServerOffer) =>
  `${count} × ${name} at ${price === null ? 'a price that the catalog does not tell' : `${usd(price)} an hour`}`;

/** What it would cost, with source and time of the price; no promise how long anything takes. */
export function planText(plan: ServerPlan): string {
  const {
    action,
    type,
    server_id: id,
    candidates,
    refused,
    always_per_hour: always,
    highest_price_per_hour: most,
  } = plan;
  const [first, ...others] = candidates;
  const what =
    action === 'create'
      ? `Creating a ${type} server`
      : action === 'start'
        ? `Starting ${id} (${type})`
        : `Scaling ${id}`;
  const unit = type === 'serverless' ? 'for each worker while it works' : 'while it runs';
  return [
    ...(plan.price_source === 'simulated catalog' ? ['Simulated: nothing is rented, and prices are made up.'] : []),
    `${what}: ${first === undefined ? 'its price is not in the catalog' : `${offerName(first)} ${unit}`} (${plan.price_source}, ${plan.quoted_at}).`,
    ...(action === 'create' && plan.image !== null
      ? [`Image ${quotedText(plan.image, 600)}${plan.env.length === 0 ? '' : `, with ${plan.env.join(', ')}`}.`]
      : []),
    ...(type === 'timed' ? ['Its disk is billed besides, also while it stands still.'] : []),
    ...(others.length === 0 ? [] : [`Where there is none of it: ${others.map(offerName).join(', then ')}.`]),
    ...(type === 'serverless' && always !== null && always > 0
      ? [`${usd(always)} an hour of that all the time, also unused.`]
      : []),
    ...(type === 'serverless' && most !== null ? [`At most ${usd(most)} an hour, with all workers.`] : []),
    ...(refused.length === 0
      ? []
      : [
          `Left out: ${refused.map(({ gpu_type, reason }) => `${quotedText(gpu_type)} (${quotedText(reason, 120)})`).join(', ')}.`,
        ]),
    always !== 0 && type === 'serverless'
      ? 'It is not stopped for being idle.'
      : `It is stopped after ${plan.idle_timeout_seconds} s without a request through this program, while that runs (serve, stdio); requests that go there directly are not seen: protect it then.`,
  ].join('\n');
}

export function controlText({ success, server, message, warnings }: ControlAnswer): string {
  return [
    `${success ? '' : 'Not there yet: '}${message}`,
    `- ${serverLine(server)}`,
    ...warnings.map((warning) => `- warning: ${quotedText(warning, MOST_QUOTED)}`),
  ].join('\n');
}

/** What is not in the sum. */
function notIn({ servers }: CostReport): string[] {
  const timed = servers.filter(({ type }) => type === 'timed');
  const unseen = timed.reduce((sum, { unseen_hours }) => sum + (unseen_hours ?? 0), 0);
  return [
    ...(unseen < 0.01
      ? []
      : [`${unseen.toFixed(2)} h in which nobody looked are not in this: whether they ran is not known.`]),
    ...(timed.length === 0
      ? []
      : ['Disks of timed servers are not in this: the provider tells them in its bills alone.']),
  ];
}

export function costText(report: CostReport): string {
  const { since, usd: total, usd_by_type, saved_usd, cost_per_hour_now: now, projection, billing } = report;
  const types = Object.entries(usd_by_type).map(([type, amount]) => `${type} ${usd(amount ?? 0)}`);
  return [
    ...(report.simulated ? ['Simulated: nothing was paid.'] : []),
    `${usd(total)} since ${minute(since)}${types.length === 0 ? '' : ` (${types.join(', ')})`}; now ${now === null ? 'an unknown amount' : usd(now)} an hour.`,
    ...(report.not_billed_yet === 0
      ? []
      : [`${report.not_billed_yet} serverless not billed yet: what that costs is not in this.`]),
    ...report.servers.flatMap(({ name, type, usd: cost }) =>
      type === 'timed' && cost === null
        ? [`${quotedText(name)}: its price was never told, so what it cost is not in this.`]
        : [],
    ),
    ...notIn(report),
    saved_usd === null
      ? 'What idle shutdown saved was not measured.'
      : `Idle shutdown saved ${usd(saved_usd)}, by measured hours.`,
    ...(projection === null
      ? ['No projection: less than an hour was measured.']
      : [
          `Going on so: ${usd(projection.usd_per_month)} a month (${projection.formula}, over ${projection.window_hours.toFixed(1)} h).`,
        ]),
    ...(billing.error === null
      ? []
      : [`The provider's billing was not read: ${quotedText(billing.error, MOST_QUOTED)}`]),
  ].join('\n');
}

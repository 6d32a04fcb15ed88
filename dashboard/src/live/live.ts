import { onScopeDispose, ref } from 'vue';
import { answer, api } from '../api/client.ts';
import { addressOf, transport } from '../api/transport.ts';
import { may, type Permission, state } from '../session/session.ts';

export const TOPICS = ['activity', 'alerts', 'metrics', 'logs'] as const;
export type Topic = (typeof TOPICS)[number];

/** A message of the control plane (`WS /ws/control-plane`). */
export interface LiveMessage {
  readonly type: 'metrics' | 'log' | 'alert' | 'activity' | 'system_status';
  readonly topic: Topic;
  readonly data: Readonly<Record<string, unknown>>;
  readonly timestamp: string;
}
type Listener = (message: LiveMessage) => void;

/** connecting: not yet · live · lost: it was there, and is tried again. */
export const liveState = ref<'connecting' | 'live' | 'lost'>('connecting');
/** Messages that the server left out because this page did not keep up. */
export const dropped = ref(0);

const NEEDED: Readonly<Record<Topic, Permission>> = {
  activity: 'analysis:read',
  alerts: 'servers:read',
  metrics: 'servers:read',
  logs: 'admin:system',
};
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;
const PING_MS = 15_000;
/** Without a word for so long after a ping or the wish for a line, the server is frozen or the line dead: a browser would not say so for minutes. */
const PATIENCE_MS = 10_000;
const TELL_EVERY_MS = 250;
const MOST_UNHEARD = 500;

const listeners = new Map<Topic, Set<Listener>>();
const whenBack = new Set<() => void>();
let socket: WebSocket | null = null;
let wanted = false;
let tries = 0;
/** A ticket or a line that comes after it was given up is not wanted any more. */
let attempt = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
let beat: ReturnType<typeof setInterval> | undefined;
let patience: ReturnType<typeof setTimeout> | undefined;
const unheard: LiveMessage[] = [];
let isDue = false;
let lastTold = Number.NEGATIVE_INFINITY;

/** One line for the whole page, opened by a ticket for one use; kept until `disconnect`. */
export function connect(): void {
  if (wanted) return;
  wanted = true;
  liveState.value = 'connecting';
  void open();
}

export function disconnect(): void {
  wanted = false;
  clearTimeout(retry);
  clearInterval(beat);
  clearTimeout(patience);
  patience = undefined;
  // What was for whoever logs out is not for the next.
  unheard.length = 0;
  socket?.close();
  socket = null;
}

/** Called when the line is there again after it was lost: what happened meanwhile must be asked for. */
export function onBack(hear: () => void): void {
  whenBack.add(hear);
  onScopeDispose(() => whenBack.delete(hear));
}

/** Hears a topic as long as the component is there; a topic that the caller may not hear stays silent. */
export function useLive(topic: Topic, hear: Listener): void {
  const all = listeners.get(topic) ?? new Set();
  listeners.set(topic, all);
  all.add(hear);
  subscribe(topic);
  onScopeDispose(() => {
    all.delete(hear);
    if (all.size === 0) say({ type: 'unsubscribe', topics: [topic] });
  });
}

async function open(): Promise<void> {
  const mine = ++attempt;
  expectWord();
  try {
    const { ticket } = await answer(api.POST('/api/v1/auth/ws-ticket'));
    if (!wanted || mine !== attempt) return;
    const url = addressOf('ws/control-plane');
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.searchParams.set('ticket', ticket);
    const line = transport.socket(url.href);
    socket = line;
    line.addEventListener('message', ({ data }) => {
      if (socket === line) receive(String(data));
    });
    line.addEventListener('close', () => {
      if (socket === line) lost();
    });
  } catch {
    if (mine === attempt) lost();
  }
}

function receive(text: string): void {
  clearTimeout(patience);
  patience = undefined;
  let message: { type?: unknown; count?: unknown };
  try {
    message = JSON.parse(text) as typeof message;
  } catch {
    return;
  }
  if (message.type === 'auth') {
    established();
    return;
  }
  if (message.type === 'dropped') {
    dropped.value += Number(message.count) || 0;
    return;
  }
  if ('topic' in message && 'data' in message) {
    if (unheard.length === MOST_UNHEARD) {
      unheard.shift();
      dropped.value += 1;
    }
    unheard.push(message as unknown as LiveMessage);
    if (isDue) return;
    isDue = true;
    // The first at once, as nobody waits; those that follow close behind, together.
    setTimeout(tell, Math.max(0, lastTold + TELL_EVERY_MS - performance.now()));
  }
}

/** All that came meanwhile, at once: however many they are, the page is drawn anew a few times a second. */
function tell(): void {
  isDue = false;
  lastTold = performance.now();
  for (const said of unheard.splice(0)) for (const hear of listeners.get(said.topic) ?? []) hear(said);
}

function established(): void {
  const wasLost = liveState.value === 'lost';
  liveState.value = 'live';
  tries = 0;
  for (const topic of TOPICS) subscribe(topic);
  clearInterval(beat);
  beat = setInterval(ping, PING_MS);
  if (wasLost) for (const hear of whenBack) hear();
}

function ping(): void {
  say({ type: 'ping' });
  expectWord();
}

function expectWord(): void {
  patience ??= setTimeout(() => {
    patience = undefined;
    // Whoever has to log in again is waited for: the ticket comes then.
    if (state.value === 'expired' && socket === null) return expectWord();
    // Its end would be told when the other side has agreed, which it does not.
    socket?.close();
    lost();
  }, PATIENCE_MS);
}

function lost(): void {
  socket = null;
  attempt += 1;
  clearInterval(beat);
  clearTimeout(patience);
  patience = undefined;
  if (!wanted) return;
  liveState.value = 'lost';
  tries += 1;
  const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1));
  clearTimeout(retry);
  retry = setTimeout(() => void open(), wait * (0.75 + Math.random() / 2));
}

function subscribe(topic: Topic): void {
  if ((listeners.get(topic)?.size ?? 0) === 0 || !may(NEEDED[topic])) return;
  say({ type: 'subscribe', topics: [topic] });
}

function say(message: object): void {
  if (liveState.value === 'live' && socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

import { base } from '../api/transport.ts';

/** Of the pages of one server in this browser, which share one cookie: `id` is the user who logged in or out. */
export interface LoginChange {
  readonly kind: 'in' | 'out';
  readonly id: string;
}

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(`h200-login ${base.pathname}`) : null;

/** The other tabs hear it, this one does not. */
export const tellTabs = (change: LoginChange): void => channel?.postMessage(change);

export function hearTabs(hear: (change: LoginChange) => void): void {
  channel?.addEventListener('message', ({ data }: MessageEvent<LoginChange>) => hear(data));
}

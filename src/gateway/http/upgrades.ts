import type { IncomingMessage } from 'node:http';

/**
 * Of the protocols that a client may ask to go on in, ours is one; a request that asks for another (HTTP/2 in the clear, as
 * Java's client does) is answered as if it had not asked. Node 22 knows no such choice: there its body is not read.
 */
export const wantsWebSocket = ({ headers: { upgrade } }: IncomingMessage): boolean =>
  upgrade !== undefined && /^websocket$/i.test(upgrade);

/** A request for a WebSocket that got an ordinary answer: nothing else comes over its socket, which HTTP has let go. */
export function endRefusedUpgrade(request: IncomingMessage): void {
  if (wantsWebSocket(request)) request.socket.destroySoon();
}

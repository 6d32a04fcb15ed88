import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { Redis } from 'ioredis';
import { ReplyScanner } from './reply-scanner.ts';

/** What ioredis has and does not declare: commands whose replies are still to come. */
interface Inside {
  readonly stream: Socket;
  readonly commandQueue: { readonly length: number };
}

/**
 * Drops a connection on which something else comes than replies to what was asked, of a size that they can have: the client
 * would hold all of it, and replies without a question (nil, say) end the process (ioredis 6.0.0).
 */
export function guardReplies(client: Redis): void {
  client.on('connect', () => {
    const { stream } = client as unknown as Inside;
    const scanner = new ReplyScanner();
    const emit: EventEmitter['emit'] = stream.emit.bind(stream);
    // A listener could not keep the bytes from the client's own.
    stream.emit = (event: string | symbol, ...values: unknown[]) => {
      if (event !== 'data') return emit(event, ...values);
      if (stream.destroyed) return true;
      const ended = scanner.scan(values[0] as Buffer);
      if (ended !== null && ended <= (client as unknown as Inside).commandQueue.length) return emit(event, ...values);
      stream.destroy(Object.assign(new Error('no replies of Redis'), { code: 'NO_REPLY_OF_REDIS' }));
      return true;
    };
  });
}

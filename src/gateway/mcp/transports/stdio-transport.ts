import type { Readable, Writable } from 'node:stream';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server';
import { AppError } from '../../../errors.ts';
import { ByteBudget } from '../../byte-budget.ts';
import { carry } from '../../carried-lease.ts';
import { INVALID_REQUEST, jsonRpcError, LIMIT_REACHED, plainError } from './json-rpc.ts';
import { MAX_BYTES_AT_ONCE, MAX_MESSAGE_BYTES, MAX_UNREAD_LENGTH, SMALL_MESSAGE_BYTES } from './limits.ts';
import { Lines } from './lines.ts';
import { readMessage } from './read-message.ts';

/**
 * One JSON-RPC message on each line. The transport of the SDK would do but for this: it copies and searches all it has
 * with every chunk, drops broken lines without a word, and ends at a message that is too large.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  private readonly input: Readable;
  private readonly output: Writable;
  private readonly lines = new Lines(MAX_MESSAGE_BYTES);
  private readonly budget = new ByteBudget(MAX_BYTES_AT_ONCE);
  private readonly settle: () => Promise<void>;
  private closed = false;

  /** `settle` is awaited between the end of input and that of the connection; it must end. */
  constructor(input: Readable, output: Writable, settle = async () => {}) {
    this.input = input;
    this.output = output;
    this.settle = settle;
  }

  async start(): Promise<void> {
    this.output.on('error', this.fail);
    this.input.on('error', this.fail).on('data', this.read).on('end', this.end).on('close', this.end);
    if (this.input.readableEnded || this.input.destroyed) setImmediate(this.end);
  }

  /** Resolves when the message has left the process. */
  send(message: JSONRPCMessage | ReturnType<typeof jsonRpcError>): Promise<void> {
    if (this.closed) return Promise.reject(new Error('The connection is closed.'));
    // The SDK answers what it cannot give to a server past everything that knows the server.
    const plain = 'error' in message ? { ...message, error: plainError(message.error) } : message;
    const line = `${JSON.stringify(plain).replace(SEPARATORS, escaped)}\n`;
    if (this.output.writableLength + line.length > MAX_UNREAD_LENGTH) {
      const error = new Error('The client does not read what it asked for.');
      this.fail(error);
      return Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      this.output.write(line, (error) => (error ? reject(error) : resolve()));
    });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.input.off('data', this.read).off('end', this.end).off('close', this.end);
    // The listeners for errors stay: a stream that breaks later must not end the process.
    this.input.pause();
    this.lines.clear();
    this.onclose?.();
  }

  private readonly read = (chunk: Buffer): void => {
    for (const line of this.lines.push(chunk)) {
      if (this.closed) return;
      if (line === null) this.refuse(jsonRpcError(INVALID_REQUEST, TOO_LARGE));
      else this.take(line);
    }
  };

  private take(line: Buffer): void {
    const read = readMessage(line);
    if (read === null) return;
    if ('refusal' in read) this.refuse(read.refusal);
    else if ('ignored' in read) this.onerror?.(new Error(`Ignored ${read.ignored}.`));
    else this.deliver(read.message, line.length);
  }

  /** A large request keeps its share of the budget until it is answered. */
  private deliver(message: JSONRPCMessage, bytes: number): void {
    const isRequest = 'method' in message && 'id' in message;
    if (!isRequest || bytes <= SMALL_MESSAGE_BYTES) {
      this.onmessage?.(message);
      return;
    }
    const lease = this.budget.tryTake(bytes);
    if (lease === null) {
      this.refuse(tooManyBytes(message.id));
      return;
    }
    carry(lease, () => this.onmessage?.(message));
    lease.release();
  }

  /** Not logged: who sends such lines is told, and could fill the log. */
  private refuse(refusal: ReturnType<typeof jsonRpcError>): void {
    this.send(refusal).catch(() => {});
  }

  private readonly end = (): void => {
    this.settle().then(
      () => this.close(),
      () => this.close(),
    );
  };

  private readonly fail = (error: Error): void => {
    if (this.closed) return;
    this.onerror?.(error);
    void this.close();
  };
}

/** Valid in JSON, but some clients (Node's readline) end a line at them. */
const SEPARATORS = /[\u2028\u2029]/g;
const escaped = (separator: string) => `\\u${separator.charCodeAt(0).toString(16)}`;

const TOO_LARGE = `Invalid Request: larger than ${MAX_MESSAGE_BYTES} bytes; pass a path or an https URL instead of the bytes`;

function tooManyBytes(id: string | number): ReturnType<typeof jsonRpcError> {
  const error = new AppError('SYSTEM_002', {
    message: 'Too many large requests are under way.',
    advice: 'Send fewer at once, or pass a path or an https URL instead of the bytes.',
    retryAfterS: 1,
  });
  const text = `${error.code}: ${error.message} ${error.advice}`;
  return jsonRpcError(LIMIT_REACHED, text, id, error.toJSON());
}

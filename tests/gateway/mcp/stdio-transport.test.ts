import { PassThrough, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { MAX_UNREAD_LENGTH } from '../../../src/gateway/mcp/transports/limits.ts';
import { StdioTransport } from '../../../src/gateway/mcp/transports/stdio-transport.ts';

it('ends the connection of a client that asks and never reads', async () => {
  const input = new PassThrough();
  const unread = new Writable({ decodeStrings: false, write() {} });
  const transport = new StdioTransport(input, unread);
  let closed = 0;
  const errors: string[] = [];
  transport.onclose = () => {
    closed += 1;
  };
  transport.onerror = ({ message }) => errors.push(message);
  await transport.start();
  const large = { jsonrpc: '2.0', id: 1, result: { text: 'x'.repeat(8 * 1024 * 1024) } } as const;
  const sent = Array.from({ length: 10 }, () => transport.send(large).catch(({ message }: Error) => message));
  expect(await sent[9]).toMatch(/closed/);
  expect(closed).toBe(1);
  expect(errors).toEqual(['The client does not read what it asked for.']);
  expect(unread.writableLength).toBeLessThanOrEqual(MAX_UNREAD_LENGTH);
});

it.each(['input', 'output'] as const)('a broken %s ends the connection, not the process', async (which) => {
  const streams = { input: new PassThrough(), output: new PassThrough() };
  const transport = new StdioTransport(streams.input, streams.output);
  const closed = new Promise<void>((resolve) => {
    transport.onclose = resolve;
  });
  await transport.start();
  streams[which].destroy(new Error('EPIPE'));
  await closed;
  streams[which].emit('error', new Error('late'));
  await expect(transport.send({ jsonrpc: '2.0', method: 'notifications/message' })).rejects.toThrow();
});

it('one message is one line also for clients that end lines at the separators of Unicode', async () => {
  const output = new PassThrough();
  const transport = new StdioTransport(new PassThrough(), output);
  await transport.start();
  const message = { jsonrpc: '2.0', id: 1, result: { text: 'a\u2028b\u2029c' } } as const;
  await transport.send(message);
  const sent = output.read().toString() as string;
  expect(sent).not.toMatch(/[\u2028\u2029]/);
  expect(JSON.parse(sent)).toEqual(message);
});

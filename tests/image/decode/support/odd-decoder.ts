import type { DecodeReply, DecodeRequest } from '../../../../src/image/decode/decoder-protocol.ts';

/** A decoder that does what the width asks of it: 1 never ends, 2 dies, else it tells its environment. */
process.on('disconnect', () => process.exit());
process.on('message', ({ scaling }: DecodeRequest) => {
  if (scaling.width === 2) process.kill(process.pid, 'SIGKILL');
  if (scaling.width === 1 || scaling.width === 2) return;
  const reply: DecodeReply = { ok: true, pixels: new Uint8Array(1), flaw: Object.keys(process.env).join() };
  process.send?.(reply);
});

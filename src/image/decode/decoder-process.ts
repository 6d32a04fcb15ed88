import { toAppError } from '../../errors.ts';
import { loadSharp } from '../sharp.ts';
import type { DecodeReply, DecodeRequest } from './decoder-protocol.ts';
import { scaleHere } from './scale-here.ts';

/** The program of a process that does nothing but decode, so that it may be killed at any time. It ends with its parent. */
loadSharp();
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', ({ bytes, scaling }: DecodeRequest) => {
  scaleHere(bytes, scaling).then(
    (scaled) => reply({ ok: true, ...scaled }),
    (error: unknown) => reply({ ok: false, message: toAppError(error).message }),
  );
});

function reply(answer: DecodeReply): void {
  process.send?.(answer);
}

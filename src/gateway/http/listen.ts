import type { FastifyInstance } from 'fastify';

/** The address cannot be listened on; the message is one line that says why and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Throws ListenError for what a person can put right. */
export async function listenOn(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw listenError(cause as NodeJS.ErrnoException, host, port) ?? cause;
  }
}

/** Undefined for what a person cannot put right. */
export function listenError(cause: NodeJS.ErrnoException, host: string, port: number): ListenError | undefined {
  const why = reason(cause.code, host, port);
  return why === undefined ? why : new ListenError(`Cannot listen on ${host}, port ${port}: ${why}`, { cause });
}

function reason(code: string | undefined, host: string, port: number): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return 'the port is in use; choose another with --port, or --port 0 for a free one.';
    case 'EACCES':
    case 'EPERM':
      return `this user may not use port ${port}; choose one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
      return `${host} is no address of this machine; choose another with --host.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${host} is not known; choose another with --host.`;
    default:
      return undefined;
  }
}

export const SSE = 'text/event-stream';
export const PROTO = 'application/vnd.ag-ui.event+proto';

/**
 * Which of the two a client gets: frames of protobuf only where it named them and did not prefer text. "Anything" is text: the
 * encoder of AG-UI itself would send curl protobuf.
 */
export function mediaTypeFor(accept: string | undefined): typeof SSE | typeof PROTO {
  const qualityOf = (type: string) => {
    const found = (accept ?? '').split(',').find((one) => one.split(';')[0]?.trim().toLowerCase() === type);
    if (found === undefined) return 0;
    const q = /;\s*q\s*=\s*([\d.]+)/i.exec(found)?.[1];
    return q === undefined ? 1 : Number(q) || 0;
  };
  const proto = qualityOf(PROTO);
  return proto > 0 && proto > qualityOf(SSE) ? PROTO : SSE;
}

/** Which span of which trace, as W3C Trace Context writes it. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
  /** 1: it is recorded. */
  readonly flags: number;
}

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const LONGEST = 200;

/** Null for what is none: then a trace begins here. What a later version puts behind is not read. */
export function readTraceparent(text: unknown): TraceIds | null {
  if (typeof text !== 'string' || text.length > LONGEST) return null;
  const found = FORM.exec(text);
  if (found === null) return null;
  const [, version = '', traceId = '', spanId = '', flags = '', more] = found;
  if (version === 'ff' || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  if (version === '00' && more !== undefined) return null;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) & 1 };
}

export const writeTraceparent = ({ traceId, spanId, flags }: TraceIds): string =>
  `00-${traceId}-${spanId}-${(flags & 1).toString(16).padStart(2, '0')}`;

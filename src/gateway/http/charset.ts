import { errorCodes } from 'fastify';

/** Bodies are read as UTF-8, whatever their type says: one that says something else is refused with 415. */
export function refuseCharset(contentType: string | undefined): void {
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(contentType ?? '')?.[1];
  if (charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset)) return;
  throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(contentType);
}

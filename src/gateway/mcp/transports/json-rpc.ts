/** A JSON-RPC error before any request could be read; `id` where at least that could be. */
export const jsonRpcError = (code: number, message: string, id: string | number | null = null) => ({
  jsonrpc: '2.0' as const,
  error: { code, message },
  id,
});

export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
/** Codes -32000 to -32019 are free for servers; these two are what the 2025 SDKs use. */
export const BAD_SESSION = -32000;
export const SESSION_NOT_FOUND = -32001;

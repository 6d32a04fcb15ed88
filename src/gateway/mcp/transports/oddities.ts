const MAX_DEPTH = 64;

/**
 * Why a parsed body is no request even where it is valid JSON-RPC; null when it may be one. A batch that holds a request
 * and its own cancellation would never end, and 2026-07-28 has no batches. Validators recurse, so that nesting without
 * a limit would exhaust the stack.
 */
export function oddity(body: unknown): string | null {
  if (body === null) return 'no JSON-RPC 2.0 message';
  if (Array.isArray(body)) return 'batches are not supported';
  return isDeeperThan(body, MAX_DEPTH) ? `more than ${MAX_DEPTH} levels of nesting` : null;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(child, levels - 1));
}

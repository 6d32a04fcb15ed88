import { PROMPTS } from '../../prompts/index.ts';
import { RESOURCES } from '../../resources/index.ts';
import { TOOLS } from '../../tools/index.ts';
import type { KeyRing } from '../access/accounts/signing-keys.ts';
import type { Config } from '../config/config.ts';
import type { McpSurface } from '../gateway/mcp/protocol/surface.ts';

/** All that this program offers over MCP. */
export const MCP_SURFACE: McpSurface = { tools: TOOLS, resources: RESOURCES, prompts: PROMPTS };

/** What a call may take beside its analysis: the store, a language model, the answer. */
const BESIDE_MS = 45_000;

export function mcpSurface({ H200_TIMEOUT_MS }: Config, signing: Pick<KeyRing, 'keys'>): McpSurface {
  return { ...MCP_SURFACE, callLimitMs: H200_TIMEOUT_MS + BESIDE_MS, stateKeys: () => signing.keys() };
}

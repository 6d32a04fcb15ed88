import { PROMPTS } from '../../prompts/index.ts';
import { RESOURCES } from '../../resources/index.ts';
import { TOOLS } from '../../tools/index.ts';
import type { Config } from '../config/config.ts';
import type { McpSurface } from '../gateway/mcp/protocol/surface.ts';

/** All that this program offers over MCP. */
export const MCP_SURFACE: McpSurface = { tools: TOOLS, resources: RESOURCES, prompts: PROMPTS };

export function mcpSurface({ JWT_SECRET: stateKey }: Config): McpSurface {
  return { ...MCP_SURFACE, ...(stateKey && { stateKey }) };
}

import type { FixedResource } from '../src/gateway/mcp/protocol/resource.ts';
import { SCENE_VIEW, SCENE_VIEW_CSP, SCENE_VIEW_URI } from '../src/gateway/mcp/scene-view/page.ts';

const MIME = 'text/html;profile=mcp-app';

export const sceneView: FixedResource = {
  name: 'scene-view',
  title: 'Desk scene',
  description: 'Interactive view of an analysis for hosts with MCP Apps: drag a mug and see the verdicts change.',
  uri: SCENE_VIEW_URI,
  mimeType: MIME,
  cache: { ttlMs: 3_600_000, cacheScope: 'public' },
  async read() {
    return { text: SCENE_VIEW, mimeType: MIME, _meta: { ui: { csp: SCENE_VIEW_CSP } } };
  },
};

import { SCENE_STYLE, SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

export const SCENE_VIEW_URI = 'ui://desk/scene.html';

/** What the page may load, as it says itself: only what stands in it, and pictures that it was handed. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The same for hosts (MCP Apps 2026-01-26, `_meta.ui.csp`): no address at all. */
export const SCENE_VIEW_CSP = {
  connectDomains: [],
  resourceDomains: [],
  frameDomains: [],
  baseUriDomains: [],
} as const;

/** One page with everything inline: hosts load nothing else. */
export const SCENE_VIEW = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Desk scene</title>
<style>${STYLE}${SCENE_STYLE}</style>
<div id="frame"></div>
<ul id="moves" aria-label="Proposed moves"></ul>
<ul id="verdicts" aria-label="Verdicts" aria-live="polite"></ul>
<footer><span id="status" role="status">Waiting for the analysis …</span>
<button id="reset" disabled>Reset</button><button id="accept" disabled>Accept move</button></footer>
<script>${SCRIPT}</script>
</html>
`;

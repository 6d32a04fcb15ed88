/** Colours come from the host where it sends them; the rest follows light and dark by itself. */
export const STYLE = `
:root { color-scheme: light dark; 
  --bad: light-dark(#d92d20, #ff7a6e); --open: light-dark(#9a6200, #f0b429); --good: light-dark(#16803c, #4ade80); }
* { box-sizing: border-box; }
body { margin: 0; padding: 8px; font: 13px/1.4 var(--font-sans, system-ui, sans-serif);
  color: var(--color-text-primary, light-dark(#171717, #fafafa));
  background: var(--color-background-primary, light-dark(#ffffff, #171717)); }
svg { display: block; width: 100%; max-height: 70vh; touch-action: none; user-select: none; border-radius: 6px;
  background: var(--color-background-secondary, light-dark(#f3f3f3, #262626)); }
.box { fill: transparent; stroke: currentColor; stroke-opacity: .55; vector-effect: non-scaling-stroke; }
.mug { cursor: grab; outline: none; }
.mug .box { stroke: #2563eb; stroke-opacity: 1; stroke-width: 2; fill: #2563eb33; }
.mug:focus-visible .box { stroke-width: 4; }
.mug.held { cursor: grabbing; }
.link { stroke: currentColor; stroke-width: 2; stroke-dasharray: 5 4; vector-effect: non-scaling-stroke; }
.ghost { fill: none; stroke: var(--good); stroke-dasharray: 3 3; vector-effect: non-scaling-stroke; }
.arrow { stroke: var(--good); stroke-width: 2; vector-effect: non-scaling-stroke; }
.violated { color: var(--bad); }
.uncertain { color: var(--open); }
.satisfied { color: var(--good); }
text { fill: currentColor; stroke: var(--color-background-primary, light-dark(#fff, #171717)); stroke-width: 3px;
  paint-order: stroke; }
ul { list-style: none; margin: 8px 0 0; padding: 0; }
li { padding: 2px 0; display: flex; gap: 8px; align-items: baseline; }
li b { flex: none; }
button { font: inherit; color: inherit; background: transparent; border: 1px solid currentColor; border-radius: 6px;
  padding: 2px 8px; cursor: pointer; }
button:disabled { opacity: .5; cursor: default; }
footer { display: flex; gap: 8px; align-items: center; margin-top: 8px; flex-wrap: wrap; }
#status { flex: 1; opacity: .8; }
`;

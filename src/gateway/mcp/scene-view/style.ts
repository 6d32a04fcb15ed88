/** Of what stands around the picture. Colours come from the host where it sends them; the rest follows light and dark by itself. */
export const STYLE = `
:root { color-scheme: light dark; 
  --bad: light-dark(#d92d20, #ff7a6e); --open: light-dark(#9a6200, #f0b429); --good: light-dark(#16803c, #4ade80); }
* { box-sizing: border-box; }
body { margin: 0; padding: 8px; font: 13px/1.4 var(--font-sans, system-ui, sans-serif);
  color: var(--color-text-primary, light-dark(#171717, #fafafa));
  background: var(--color-background-primary, light-dark(#ffffff, #171717)); }
.violated { color: var(--bad); }
.uncertain { color: var(--open); }
.satisfied { color: var(--good); }
ul { list-style: none; margin: 8px 0 0; padding: 0; }
li { padding: 2px 0; display: flex; gap: 8px; align-items: baseline; }
li b { flex: none; }
button { font: inherit; color: inherit; background: transparent; border: 1px solid currentColor; border-radius: 6px;
  padding: 2px 8px; cursor: pointer; }
button:disabled { opacity: .5; cursor: default; }
footer { display: flex; gap: 8px; align-items: center; margin-top: 8px; flex-wrap: wrap; }
#status { flex: 1; opacity: .8; }
`;

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Rollup } from 'vite';

const ENTRY = new URL('../dashboard/src/scene-view/mcp-app.ts', import.meta.url);
const TARGET = new URL('../src/gateway/mcp/scene-view/script.ts', import.meta.url);

/** The view of dashboard/src/scene-view as one script, the same bytes wherever it is made. */
export async function bundleSceneView(): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2023',
      modulePreload: false,
      lib: { entry: fileURLToPath(ENTRY), formats: ['iife'], name: 'scene' },
    },
  });
  const [first] = (Array.isArray(made) ? made : [made]) as Rollup.RollupOutput[];
  const code = first?.output[0].code ?? '';
  // Neither ends the element that it stands in, nor is what nobody sees in it but as an escape.
  return code.trim().replaceAll('</script', '<\\/script');
}

/** Its style without what only people read. */
export const sceneStyle = (): string =>
  readFileSync(new URL('scene.css', ENTRY), 'utf8')
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .trim();

export const sourceOf = (code: string, style: string): string =>
  `/** Made by \`npm run scene-view\` of dashboard/src/scene-view/mcp-app.ts: the view's program, which runs in the host's sandbox. */
export const SCRIPT =
  ${quoted(code)};

export const SCENE_STYLE =
  ${quoted(style)};
`;

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(TARGET, sourceOf(await bundleSceneView(), sceneStyle()));

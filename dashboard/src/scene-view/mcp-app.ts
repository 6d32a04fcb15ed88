import { openVerdicts } from './links.ts';
import { answerOf, type ToolResult, wholeOf } from './mcp-answer.ts';
import { connectHost } from './mcp-host.ts';
import { plain } from './plain.ts';
import { createSceneView, type ViewState, verifiedMoves } from './scene-view.ts';
import { shifted, shiftOf } from './steps.ts';
import { ENGLISH, wayOf } from './texts.ts';
import type { Scene, SceneAnalysis, Step } from './types.ts';

/**
 * The view as an MCP App: it runs in the host's sandbox, shows the last analysis, and asks analyze_image again when a mug was
 * moved. Everything from outside is written as text, never as HTML. `npm run scene-view` puts it into the server's page.
 */
const MOST_VERDICTS = 20;
/** What of the tool's arguments holds for the moved scene too. */
const KEPT = ['box_noise', 'calibration', 'calibration_id', 'zones', 'table_corners', 'context', 'strategy', 'movable'];

const $ = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const say = (text: string) => {
  $('status').textContent = plain(text);
};
let asked: Record<string, unknown> = {};
let capabilities: { serverTools?: object; serverResources?: object } = {};
let state: ViewState | null = null;

const host = connectHost((method, params) => {
  if (method === 'ui/notifications/tool-input') asked = (params.arguments as typeof asked) ?? {};
  if (method === 'ui/notifications/tool-result') void start(answerOf(params as ToolResult));
  if (method === 'ui/notifications/tool-cancelled') say('The analysis was cancelled.');
  if (method === 'ui/notifications/host-context-changed') wear(params);
});
const callTool = (name: string, args: Record<string, unknown>) =>
  host.request<ToolResult>('tools/call', { name, arguments: args });

const view = createSceneView($('frame'), { evaluate, changed: tell });

function wear({ theme, styles }: { theme?: unknown; styles?: { variables?: Record<string, unknown> } }): void {
  const { style } = document.documentElement;
  if (theme) style.colorScheme = String(theme);
  for (const [name, value] of Object.entries(styles?.variables ?? {}))
    if (name.startsWith('--') && value) style.setProperty(name, String(value));
}

async function start(answer: Record<string, unknown> | null): Promise<void> {
  let analysis = wholeOf(answer);
  if (!analysis && capabilities.serverTools && typeof answer?.analysis_id === 'string') {
    const args = { analysis_id: answer.analysis_id, detail: 'full' };
    analysis = await callTool('get_analysis', args).then(
      (result) => wholeOf(answerOf(result)),
      () => null,
    );
  }
  if (!analysis) return say('There is no scene to show.');
  view.show({ analysis });
  void drawPhoto(analysis);
  say('Drag a mug, or focus it and use the arrow keys.');
}

async function drawPhoto({ analysis_id, image }: SceneAnalysis): Promise<void> {
  if (!capabilities.serverResources || !image.sha256) return;
  const uri = `analysis://${analysis_id}/annotated-image`;
  try {
    const { contents } = await host.request<{ contents: { blob: string; mimeType: string }[] }>('resources/read', {
      uri,
    });
    const [picture] = contents;
    if (picture) view.setPhoto(`data:${picture.mimeType};base64,${picture.blob}`, 0.6);
  } catch {
    // The scene is complete without it.
  }
}

async function evaluate({ analysis }: Scene, steps: readonly Step[]): Promise<Scene> {
  if (!capabilities.serverTools) throw new Error('this host does not let the view ask the server');
  const { width, height } = analysis.image;
  const kept = Object.fromEntries(KEPT.flatMap((name) => (asked[name] === undefined ? [] : [[name, asked[name]]])));
  // The boxes are as good as the model that drew them.
  const noise = analysis.model?.box_noise;
  const result = await callTool('analyze_image', {
    ...kept,
    ...(noise !== undefined && { box_noise: noise }),
    detections: analysis.objects.map((o) => ({
      class: o.class,
      confidence: o.confidence,
      bbox: shifted(o.bbox, shiftOf(steps, o.id)),
    })),
    size: { width, height },
    include_feedback: false,
    store: false,
    detail: 'full',
  });
  const next = wholeOf(answerOf(result));
  if (!next) throw new Error(result.content?.[0]?.text ?? 'no answer');
  // Things keep the names that the person sees.
  return { analysis: { ...next, objects: analysis.objects } };
}

function tell(now: ViewState): void {
  const before = state;
  state = now;
  const any = now.steps.length > 0;
  $<HTMLButtonElement>('reset').disabled = !any;
  $<HTMLButtonElement>('accept').disabled = !any;
  $('verdicts').replaceChildren(...openVerdicts(now.shown).slice(0, MOST_VERDICTS).map(rowOf));
  $('moves').replaceChildren(...(now.isChecking ? [] : verifiedMoves(now.shown)).map(offerOf));
  if (now.isChecking) say('Checking the rules …');
  else if (now.error) say(`The rules could not be checked: ${(now.error as Error).message.slice(0, 200)}`);
  else if (before?.isChecking && any) {
    const bad = openVerdicts(now.shown).filter((v) => v.verdict === 'violated').length;
    say(bad === 0 ? 'No rule is broken here.' : `${bad} broken.`);
  }
}

function rowOf(v: SceneAnalysis['rules'][number]): HTMLElement {
  const li = document.createElement('li');
  li.className = v.verdict;
  li.append(Object.assign(document.createElement('b'), { textContent: v.verdict }));
  li.append(plain(`${v.objects.join(', ')}: ${v.reason}`));
  return li;
}

function offerOf(move: ReturnType<typeof verifiedMoves>[number]): HTMLElement {
  const li = document.createElement('li');
  const text = plain(`${move.object_id}: ${wayOf(move, ENGLISH)}`);
  const button = Object.assign(document.createElement('button'), { textContent: 'Apply' });
  button.setAttribute('aria-label', `Apply ${text}`);
  button.onclick = () => view.apply(move);
  li.append(button, text);
  return li;
}

async function accept(): Promise<void> {
  if (!state) return;
  const { first, shown, steps } = state;
  const { analysis_id, calibration } = first.analysis;
  const scale = calibration.mm_per_pixel;
  const accepted = [...new Set(steps.map(({ id }) => id))].map((object_id) => ({
    object_id,
    vector_px: shiftOf(steps, object_id).map(Math.round),
  }));
  const words = accepted.map(({ object_id, vector_px: [dx = 0, dy = 0] }) => {
    const far = Math.round(Math.hypot(dx, dy) * (scale ?? 0));
    const length = scale === null ? '' : ` (about ${far} mm at the scale of the image centre)`;
    return `${plain(object_id)} by [${dx}, ${dy}] px${length}`;
  });
  const open = openVerdicts(shown).filter((v) => v.verdict !== 'satisfied').length;
  const text = `In the view of ${analysis_id} the person accepted moving ${words.join('; ')}. Open verdicts after it: ${open}.`;
  try {
    await host.request('ui/update-model-context', {
      content: [{ type: 'text', text }],
      structuredContent: { analysis_id, accepted, open_verdicts: open },
    });
    say('Accepted.');
  } catch {
    say('The host did not take the change.');
  }
}

$('accept').onclick = () => void accept();
$('reset').onclick = () => {
  view.reset();
  say('As analysed.');
};
new ResizeObserver(() => {
  const { scrollWidth: width, scrollHeight: height } = document.documentElement;
  host.notify('ui/notifications/size-changed', { width, height });
}).observe(document.body);

host
  .request<{ hostCapabilities?: typeof capabilities; hostContext?: Record<string, unknown> }>('ui/initialize', {
    protocolVersion: '2026-01-26',
    appInfo: { name: 'desk-scene', version: '1' },
    appCapabilities: { availableDisplayModes: ['inline', 'fullscreen'] },
  })
  .then(
    (result) => {
      capabilities = result.hostCapabilities ?? {};
      wear(result.hostContext ?? {});
      host.notify('ui/notifications/initialized');
    },
    () => say('The host did not answer.'),
  );

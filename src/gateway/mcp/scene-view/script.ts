import { OBEYED } from '../../../plain-text.ts';

/**
 * The view's program, as text: it runs in the host's sandbox, never in this process. It speaks JSON-RPC with the host
 * by postMessage (MCP Apps 2026-01-26), shows the last analysis, and asks analyze_image again when a mug was moved.
 * Everything from outside is written as text, never as HTML, and
 * as plain text.
 */
export const SCRIPT = `
'use strict';
const $ = (id) => document.getElementById(id);
const NS = 'http://www.w3.org/2000/svg';
const pending = new Map();
let nextId = 1, host = {}, args = {}, first = null, shown = null, moved = {}, turn = 0, timer = 0;

/* Names come from strangers: what turns the direction of writing or hides text is left out. */
const plain = (text) => String(text).slice(0, 500).replace(${String(OBEYED)}, ' ');
const post = (message) => window.parent.postMessage({ jsonrpc: '2.0', ...message }, '*');
const request = (method, params) => new Promise((resolve, reject) => {
  const id = nextId++;
  pending.set(id, { resolve, reject });
  post({ id, method, params });
});

window.addEventListener('message', ({ data, source }) => {
  if (source !== window.parent || !data || data.jsonrpc !== '2.0') return;
  if (data.method === undefined) {
    const waiting = pending.get(data.id);
    pending.delete(data.id);
    if (waiting) data.error ? waiting.reject(new Error(String(data.error.message))) : waiting.resolve(data.result);
    return;
  }
  if (data.method === 'ui/notifications/tool-input') args = (data.params && data.params.arguments) || {};
  if (data.method === 'ui/notifications/tool-result') start(analysisOf(data.params));
  if (data.method === 'ui/notifications/tool-cancelled') say('The analysis was cancelled.');
  if (data.method === 'ui/notifications/host-context-changed') theme(data.params || {});
  if (data.id !== undefined) {
    const known = data.method === 'ping' || data.method === 'ui/resource-teardown';
    post({ id: data.id, ...(known ? { result: {} } : { error: { code: -32601, message: 'Method not found' } }) });
  }
});

/* Some hosts drop structuredContent: the last text block holds the same JSON. */
function analysisOf(result) {
  if (!result || result.isError) return null;
  const given = result.structuredContent;
  if (given) return given.analysis || given;
  for (const block of [...(result.content || [])].reverse()) {
    try { const value = JSON.parse(block.text); return value.analysis || value; } catch { /* not the JSON block */ }
  }
  return null;
}

function theme({ theme, styles }) {
  if (theme) document.documentElement.style.colorScheme = theme;
  const variables = (styles && styles.variables) || {};
  for (const [name, value] of Object.entries(variables)) {
    if (name.startsWith('--') && value) document.documentElement.style.setProperty(name, value);
  }
}

async function start(answer) {
  const analysis = await whole(answer);
  if (!analysis) return say('There is no scene to show.');
  first = shown = analysis;
  moved = {};
  draw();
  drawImage();
  say('Drag a mug, or focus it and use the arrow keys.');
}

/* A summary names the analysis; all of it is read from the server. Mugs are listed apart: here they are objects again. */
async function whole(answer) {
  if (!answer) return null;
  let analysis = Array.isArray(answer.detections) ? answer : null;
  if (!analysis && host.serverTools && typeof answer.analysis_id === 'string') {
    const args = { analysis_id: answer.analysis_id, detail: 'full' };
    try { analysis = analysisOf(await request('tools/call', { name: 'get_analysis', arguments: args })); } catch { return null; }
  }
  if (!analysis || !Array.isArray(analysis.objects)) return null;
  const mugs = analysis.detections || [];
  return { ...analysis, objects: [...mugs, ...analysis.objects.filter((o) => !mugs.some((m) => m.id === o.id))] };
}

async function drawImage() {
  const uri = 'analysis://' + first.analysis_id + '/annotated-image';
  if (!host.serverResources || !first.image.sha256) return;
  try {
    const { contents } = await request('resources/read', { uri });
    const { blob, mimeType } = contents[0];
    $('photo').setAttribute('href', 'data:' + mimeType + ';base64,' + blob);
    $('photo').setAttribute('opacity', '0.6');
  } catch { /* the scene is complete without it */ }
}

const at = (o) => moved[o.id] || [0, 0];
const boxOf = (o) => { const [dx, dy] = at(o), b = o.bbox; return [b[0] + dx, b[1] + dy, b[2] + dx, b[3] + dy]; };
const centre = (b) => [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2];
const mm = (value) => Math.round(value) + ' mm';

function el(parent, name, attributes, text) {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = plain(text);
  parent.append(node);
  return node;
}

function label(parent, [x, y], text, kind) {
  el(parent, 'text', { x, y, 'font-size': first.image.width / 45, 'text-anchor': 'middle', class: kind || '' }, text)
    .style.strokeWidth = first.image.width / 250;
}

function draw() {
  const svg = $('scene'), layer = $('layer');
  svg.setAttribute('viewBox', [0, 0, first.image.width, first.image.height].join(' '));
  for (const [key, value] of Object.entries({ width: first.image.width, height: first.image.height })) $('photo').setAttribute(key, value);
  layer.replaceChildren();
  const byId = new Map(first.objects.map((o) => [o.id, o]));
  for (const o of first.objects) if (o.class !== 'mug') object(layer, o);
  const open = shown.rules.filter((v) => v.verdict !== 'not_applicable');
  for (const v of open) {
    const pair = v.objects.map((id) => byId.get(id)).filter(Boolean);
    if (pair.length !== 2) continue;
    const [a, b] = pair.map((o) => centre(boxOf(o)));
    el(layer, 'line', { x1: a[0], y1: a[1], x2: b[0], y2: b[1], class: 'link ' + v.verdict });
    if (v.measured !== null && v.unit === 'mm') {
      const at = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
      const spread = v.uncertainty === null ? '' : ' ± ' + Math.round(v.uncertainty);
      label(layer, at, v.measured || v.uncertainty ? Math.round(v.measured) + spread + ' mm' : 'on it', v.verdict);
    }
  }
  for (const move of moves()) {
    const o = byId.get(move.object_id);
    if (!o) continue;
    const b = boxOf(o), c = centre(b), [dx, dy] = move.vector_px;
    el(layer, 'rect', { x: b[0] + dx, y: b[1] + dy, width: b[2] - b[0], height: b[3] - b[1], class: 'ghost' });
    el(layer, 'line', { x1: c[0], y1: c[1], x2: c[0] + dx, y2: c[1] + dy, class: 'arrow', 'marker-end': 'url(#head)' });
  }
  for (const o of first.objects) if (o.class === 'mug') object(layer, o);
  list(open);
}

function object(layer, o) {
  const b = boxOf(o), mug = o.class === 'mug';
  const group = el(layer, 'g', mug ? { class: 'mug', tabindex: 0, role: 'button', 'aria-label': plain(o.id) + ', movable', 'data-id': o.id } : {});
  el(group, 'rect', { x: b[0], y: b[1], width: b[2] - b[0], height: b[3] - b[1], class: 'box' });
  label(group, [centre(b)[0], b[1] - first.image.width / 200], o.id);
  if (mug) grip(group, o);
}

/* The words are those of the person at the desk: "up" could be read as lifting. */
function way(move) {
  const [x, y] = move.vector_mm || move.vector_px;
  const say = (n) => (move.vector_mm ? mm(Math.abs(n)) : Math.round(Math.abs(n)) + ' px');
  const parts = [[x, say(x) + (x < 0 ? ' to the left' : ' to the right')], [y, say(y) + (y < 0 ? ' away from you' : ' toward you')]];
  const sorted = parts.sort((a, b) => Math.abs(b[0]) - Math.abs(a[0]));
  return sorted.filter(([n], i) => i === 0 || Math.abs(n) >= 0.5).map(([, text]) => text).join(' and ');
}

const moves = () => ((shown.positioning && shown.positioning.adjustments_needed) || []).filter((m) => m.verified);

function list(open) {
  const order = ['violated', 'uncertain', 'satisfied'];
  const rows = [...open].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict)).slice(0, 20).map((v) => {
    const li = document.createElement('li');
    li.className = v.verdict;
    li.append(Object.assign(document.createElement('b'), { textContent: v.verdict }), plain(v.objects.join(', ') + ': ' + v.reason));
    return li;
  });
  const offers = moves().map((move) => {
    const li = document.createElement('li');
    const text = plain(move.object_id) + ': ' + way(move);
    const button = Object.assign(document.createElement('button'), { textContent: 'Apply' });
    button.setAttribute('aria-label', 'Apply ' + text);
    button.onclick = () => shift(move.object_id, move.vector_px, 0);
    li.append(button, text);
    return li;
  });
  $('verdicts').replaceChildren(...rows);
  $('moves').replaceChildren(...offers);
  const any = Object.keys(moved).length > 0;
  $('reset').disabled = !any;
  $('accept').disabled = !any;
}

function grip(group, o) {
  group.onpointerdown = (event) => {
    const from = point(event), base = at(o);
    group.setPointerCapture(event.pointerId);
    group.classList.add('held');
    group.onpointermove = (e) => {
      const to = point(e);
      place(o, [base[0] + to[0] - from[0], base[1] + to[1] - from[1]]);
      group.setAttribute('transform', 'translate(' + (at(o)[0] - base[0]) + ' ' + (at(o)[1] - base[1]) + ')');
    };
    group.onpointerup = group.onpointercancel = () => {
      group.onpointermove = group.onpointerup = group.onpointercancel = null;
      if (at(o)[0] !== base[0] || at(o)[1] !== base[1]) changed(0);
    };
  };
  group.onkeydown = (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const px = first.image.width / 100;
    shift(o.id, [step[0] * px, step[1] * px], 300);
  };
}

function point(event) {
  const p = new DOMPoint(event.clientX, event.clientY).matrixTransform($('scene').getScreenCTM().inverse());
  return [p.x, p.y];
}

/* A box stays inside the image. */
function place(o, [dx, dy]) {
  const { width, height } = first.image, b = o.bbox;
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  moved[o.id] = [clamp(dx, -b[0], width - b[2]), clamp(dy, -b[1], height - b[3])];
}

function shift(id, [dx, dy], wait) {
  const o = first.objects.find((one) => one.id === id);
  if (!o) return;
  place(o, [at(o)[0] + dx, at(o)[1] + dy]);
  changed(wait);
}

function changed(wait) {
  const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.id : undefined;
  shown = { ...shown, rules: [], positioning: null };
  draw();
  if (focused) { const again = document.querySelector('[data-id="' + CSS.escape(focused) + '"]'); if (again) again.focus(); }
  clearTimeout(timer);
  timer = setTimeout(evaluate, wait);
}

async function evaluate() {
  const mine = ++turn;
  if (!host.serverTools) return say('This host does not let the view check the rules again.');
  say('Checking the rules …');
  const { width, height } = first.image;
  const keep = {};
  for (const name of ['box_noise', 'calibration', 'calibration_id', 'zones', 'table_corners', 'context', 'strategy', 'movable']) {
    if (args[name] !== undefined) keep[name] = args[name];
  }
  // The boxes are as good as the model that drew them.
  if (first.model && first.model.box_noise !== undefined) keep.box_noise = first.model.box_noise;
  const detections = first.objects.map((o) => ({ class: o.class, confidence: o.confidence, bbox: boxOf(o) }));
  try {
    const result = await request('tools/call', {
      name: 'analyze_image',
      arguments: { ...keep, detections, size: { width, height }, include_feedback: false, store: false, detail: 'full' },
    });
    if (mine !== turn) return;
    const next = await whole(analysisOf(result));
    if (!next) throw new Error((result.content && result.content[0] && result.content[0].text) || 'no answer');
    shown = next;
    draw();
    const bad = shown.rules.filter((v) => v.verdict === 'violated').length;
    say(bad === 0 ? 'No rule is broken here.' : bad + ' broken.');
  } catch (error) {
    if (mine === turn) say('The rules could not be checked: ' + error.message.slice(0, 200));
  }
}

async function accept() {
  const scale = first.calibration.mm_per_pixel;
  const accepted = Object.entries(moved).map(([object_id, v]) => ({ object_id, vector_px: v.map(Math.round) }));
  const words = accepted.map(({ object_id, vector_px: [dx, dy] }) => {
    const far = Math.hypot(dx, dy);
    const length = scale == null ? '' : ' (about ' + mm(far * scale) + ' at the scale of the image centre)';
    return plain(object_id) + ' by [' + dx + ', ' + dy + '] px' + length;
  });
  const open = shown.rules.filter((v) => v.verdict === 'violated' || v.verdict === 'uncertain').length;
  const text = 'In the view of ' + first.analysis_id + ' the person accepted moving ' + words.join('; ') + '. Open verdicts after it: ' + open + '.';
  try {
    await request('ui/update-model-context', {
      content: [{ type: 'text', text }],
      structuredContent: { analysis_id: first.analysis_id, accepted, open_verdicts: open },
    });
    say('Accepted.');
  } catch { say('The host did not take the change.'); }
}

const say = (text) => { $('status').textContent = plain(text); };
$('accept').onclick = accept;
$('reset').onclick = () => { turn++; clearTimeout(timer); moved = {}; shown = first; draw(); say('As analysed.'); };
new ResizeObserver(() => post({
  method: 'ui/notifications/size-changed',
  params: { width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight },
})).observe(document.body);

request('ui/initialize', {
  protocolVersion: '2026-01-26',
  appInfo: { name: 'desk-scene', version: '1' },
  appCapabilities: { availableDisplayModes: ['inline', 'fullscreen'] },
}).then((result) => {
  host = result.hostCapabilities || {};
  theme(result.hostContext || {});
  post({ method: 'ui/notifications/initialized' });
}, () => say('The host did not answer.'));
`;

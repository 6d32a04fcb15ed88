import { existsSync } from 'node:fs';
import { type Browser, chromium, type Frame, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OBEYED as viewsObeyed } from '../../../dashboard/src/scene-view/plain.ts';
import { bundleSceneView, sceneStyle } from '../../../scripts/scene-view.ts';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import { SCENE_VIEW, SCENE_VIEW_URI } from '../../../src/gateway/mcp/scene-view/page.ts';
import { SCENE_STYLE, SCRIPT } from '../../../src/gateway/mcp/scene-view/script.ts';
import { OBEYED as OBEYED_TEXT } from '../../../src/plain-text.ts';
import { CANARIES, OBEYED } from '../../support/canaries.ts';
import { createFakeServices, type FakeServices } from '../fake-services.ts';
import { modern, raw } from '../raw-http.ts';

const CHROMIUM = process.env.H200_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
}

describe('the page', () => {
  it('is made of the view that the dashboard uses (else: npm run scene-view)', async () => {
    expect(SCRIPT === (await bundleSceneView())).toBe(true);
    expect(SCENE_STYLE).toBe(sceneStyle());
    expect(viewsObeyed.source).toBe(OBEYED_TEXT.source);
  });

  it('is small, inline, and never writes HTML from outside', () => {
    expect(SCENE_VIEW.length).toBeLessThanOrEqual(33_000);
    expect(SCENE_VIEW).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|eval\(|(?:src|href)="http/);
  });

  it('may load nothing from anywhere, as the page says', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(SCENE_VIEW)?.[1] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|blob:|unsafe-eval|connect-src/);
  });
});

describe.skipIf(!existsSync(CHROMIUM))('in a real browser (needs Chromium)', () => {
  let browser: Browser;
  let page: Page;
  let services: FakeServices;
  let gateway: HttpGateway;
  let url: string;
  const told: Message[] = [];

  beforeAll(async () => {
    services = createFakeServices();
    gateway = createHttpGateway(services, [mcpPlugin(MCP_SURFACE)], {
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      allowedOrigins: [],
    });
    ({ url } = await gateway.listen());
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    await server('tools/call', { name: 'create_rule', arguments: { text: 'mugs 150 mm from laptops' } });
  });
  afterAll(async () => {
    await browser?.close();
    await gateway.close();
  });
  afterEach(async () => {
    await page.close();
    told.length = 0;
    services.requests.length = 0;
  });

  const server = async (method: string, params: Record<string, unknown>) =>
    JSON.parse((await raw(`${url}/mcp`, modern(method, params))).body).result;

  /** A host as the MCP Apps specification describes it, in front of the real gateway. */
  async function show(args: Record<string, unknown>, change: (result: Record<string, never>) => unknown = (r) => r) {
    page = await browser.newPage({ viewport: { width: 900, height: 900 } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.exposeFunction('toServer', server);
    await page.exposeFunction('tell', (message: Message) => told.push(message));
    const { contents } = await server('resources/read', { uri: SCENE_VIEW_URI });
    expect(contents[0].mimeType).toBe('text/html;profile=mcp-app');
    expect(contents[0]._meta.ui.csp).toEqual({
      connectDomains: [],
      resourceDomains: [],
      frameDomains: [],
      baseUriDomains: [],
    });
    const result = change(await server('tools/call', { name: 'analyze_image', arguments: args }));
    await page.setContent('<iframe sandbox="allow-scripts" style="width:800px;height:800px;border:0"></iframe>');
    await page.evaluate(
      `(${host.toString()})(${JSON.stringify(contents[0].text)}, ${JSON.stringify(args)}, ${JSON.stringify(result)})`,
    );
    const frame = (await (await page.$('iframe'))?.contentFrame()) as Frame;
    await frame.waitForSelector('text=/Drag a mug|no scene/');
    return { frame, errors };
  }

  const args = { image: 'desk.jpg', calibration: { mm_per_pixel: 0.5 }, context: 'office' };

  it('shows the scene, the verdicts, the move and the image', async () => {
    const { frame, errors } = await show(args);
    expect(await frame.locator('#layer .mug').count()).toBe(1);
    expect(await frame.locator('.link.violated').count()).toBe(1);
    expect(await frame.locator('#layer').textContent()).toContain('127 ± 10 mm');
    expect(await frame.locator('.ghost').count()).toBe(1);
    expect(await frame.locator('#verdicts').textContent()).toContain('every mug keeps at least 150 mm');
    await expect.poll(() => frame.locator('#photo').getAttribute('href')).toMatch(/^data:image\/jpeg;base64,/);
    await expect.poll(() => told.map((message) => message.method)).toContain('ui/notifications/size-changed');
    expect(errors).toEqual([]);
  });

  /** As from a model whose boxes are good to 7 %. */
  const withNoise = (result: Record<string, never>) => {
    const { structuredContent } = result as unknown as { structuredContent: { analysis: Record<string, unknown> } };
    const model = { name: 'tiny', version: '1', threshold: 0.4, provider: 'cpu', box_noise: 0.07 };
    return {
      ...result,
      structuredContent: { ...structuredContent, analysis: { ...structuredContent.analysis, model } },
    };
  };

  /** The same answer with a stranger's name for the mug and in the words of the verdict. */
  const renamed = (result: Record<string, never>, name: string) =>
    JSON.parse(JSON.stringify(result), (key, value) =>
      key === 'text' ? undefined : value === 'mug-1' || key === 'reason' ? name : value,
    );

  it('asks again when a mug was dragged, with everything else as it was', async () => {
    const { frame } = await show({ ...args, detail: 'full' }, withNoise);
    const drawn = await frame.locator('#scene').boundingBox();
    const scale = Math.max(640 / (drawn?.width ?? 0), 480 / (drawn?.height ?? 0));
    const box = await frame.locator('.mug .box').boundingBox();
    if (!box) throw new Error('no mug');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 30, y + 60, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => services.requests.length).toBe(2);
    const { request } = services.requests[1] ?? {};
    expect(request).toMatchObject({
      calibration: { mm_per_pixel: 0.5 },
      context: 'office',
      store: false,
      size: { width: 640, height: 480 },
      box_noise: 0.07,
    });
    expect(request?.detections?.[0]?.bbox[0]).toBeCloseTo(100 + 30 * scale, 0);
    expect(request?.detections?.[0]?.bbox[1]).toBeCloseTo(200 + 60 * scale, 0);
    expect(request?.detections?.[1]?.bbox).toEqual([180, 120, 600, 400]);
    await expect.poll(() => frame.locator('#status').textContent()).toBe('1 broken.');
  });

  it('applies a proposed move, accepts it before the model, and resets', async () => {
    const { frame } = await show(args);
    await frame.getByRole('button', { name: /^Apply mug-1: 25 mm to the left/ }).click();
    await expect.poll(() => services.requests[1]?.request.detections?.[0]?.bbox).toEqual([75, 200, 125, 250]);
    await frame.getByRole('button', { name: 'Accept move' }).click();
    await expect.poll(() => frame.locator('#status').textContent()).toBe('Accepted.');
    expect(told.find((message) => message.method === 'ui/update-model-context')?.params).toMatchObject({
      content: [{ type: 'text', text: expect.stringContaining('mug-1 by [-25, 0] px (about 13 mm') }],
      structuredContent: { accepted: [{ object_id: 'mug-1', vector_px: [-25, 0] }] },
    });
    await frame.getByRole('button', { name: 'Reset' }).click();
    expect(await frame.getByRole('button', { name: 'Accept move' }).isDisabled()).toBe(true);
  });

  it('moves by keyboard and keeps the mug inside the image', async () => {
    const { frame } = await show(args);
    await frame.locator('.mug').focus();
    for (let i = 0; i < 25; i += 1) await page.keyboard.press('ArrowLeft');
    await expect.poll(() => services.requests.at(-1)?.request.detections?.[0]?.bbox[0], { timeout: 4000 }).toBe(0);
  });

  it('reads the text block of hosts that drop structured content, and shows names as text', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    const { frame, errors } = await show(
      { ...args, detections: [{ class: evil, bbox: [1, 2, 30, 40] }], size: { width: 640, height: 480 } },
      ({ structuredContent: _, ...rest }) => rest,
    );
    expect(await frame.locator('#layer').textContent()).toContain(evil);
    expect(await frame.locator('img').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  it.each(Object.entries(CANARIES))('shows names with %s as plain text and nothing else', async (_, canary) => {
    const { frame, errors } = await show({ ...args, detail: 'full' }, (result) => renamed(result, canary));
    const seen = (await frame.evaluate(`({
      text: document.body.innerText + [...document.querySelectorAll('text')].map((t) => t.textContent).join(' '),
      labels: [...document.querySelectorAll('[aria-label]')].map((e) => e.getAttribute('aria-label')).join(' '),
      handlers: [...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames()).filter((n) => n.startsWith('on')),
      elements: [...new Set([...document.querySelectorAll('*')].map((e) => e.localName))].sort().join(' '),
      scripts: document.querySelectorAll('script').length,
    })`)) as { text: string; labels: string; handlers: string[]; elements: string; scripts: number };
    expect(seen.text).toContain('kq7zx');
    expect(seen.labels).toContain('kq7zx');
    expect(seen.text).not.toMatch(OBEYED);
    expect(seen.labels).not.toMatch(OBEYED);
    expect(seen).toMatchObject({ handlers: [], scripts: 1 });
    expect(seen.elements).toBe(
      'b body button defs div footer g head html image li line marker meta path rect script span style svg text title ul',
    );
    await frame.getByRole('button', { name: /^Apply/ }).click();
    await frame.getByRole('button', { name: 'Accept move' }).click();
    await expect.poll(() => frame.locator('#status').textContent()).toBe('Accepted.');
    const accepted = told.find((message) => message.method === 'ui/update-model-context')?.params;
    const [block] = (accepted as { content: { text: string }[] }).content;
    expect(block?.text).not.toMatch(OBEYED);
    expect(block?.text).not.toContain('\n');
    expect(errors).toEqual([]);
  });

  it('reaches nothing outside, whatever runs in it', async () => {
    const { frame } = await show(args);
    const outcome = await frame.evaluate(`fetch(${JSON.stringify(`${url}/healthz`)}).then(() => 'reached', String)`);
    expect(outcome).toMatch(/Failed to fetch/);
    expect(
      await frame.evaluate(`new Promise((tell) => {
        addEventListener('securitypolicyviolation', (e) => tell(e.effectiveDirective));
        fetch(${JSON.stringify(`${url}/healthz`)}).catch(() => {});
      })`),
    ).toBe('connect-src');
  });

  it('says so when there is nothing to show', async () => {
    const { frame } = await show({ image: 'missing.jpg' });
    expect(await frame.locator('#status').textContent()).toBe('There is no scene to show.');
  });
});

/** Runs in the browser: the host's page around the sandboxed frame. */
function host(html: string, args: unknown, result: unknown) {
  const world = globalThis as unknown as {
    document: {
      querySelector(selector: string): { srcdoc: string; contentWindow: { postMessage(m: unknown, o: string): void } };
    };
    addEventListener(type: string, listener: (event: { data: Message }) => void): void;
    toServer(method: string, params: unknown): Promise<unknown>;
    tell(message: Message): void;
  };
  const frame = world.document.querySelector('iframe');
  const post = (message: object) => frame.contentWindow.postMessage({ jsonrpc: '2.0', ...message }, '*');
  world.addEventListener('message', async ({ data }) => {
    world.tell(data);
    const { id, method = '', params } = data;
    if (method === 'ui/initialize') {
      const hostCapabilities = { serverTools: {}, serverResources: {} };
      const hostContext = { theme: 'dark' };
      post({
        id,
        result: {
          protocolVersion: '2026-01-26',
          hostInfo: { name: 'test', version: '1' },
          hostCapabilities,
          hostContext,
        },
      });
    } else if (method === 'ui/notifications/initialized') {
      post({ method: 'ui/notifications/tool-input', params: { arguments: args } });
      post({ method: 'ui/notifications/tool-result', params: result });
    } else if (method === 'tools/call' || method === 'resources/read') {
      post({ id, result: await world.toServer(method, params) });
    } else if (id !== undefined) post({ id, result: {} });
  });
  frame.srcdoc = html;
}

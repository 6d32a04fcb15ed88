import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startFakeRunpod } from '../../tests/fakes/runpod/fake-runpod.ts';
import { realTime } from '../../tests/fakes/runpod/time.ts';
import { start, waitForLine } from '../../tests/support/program.ts';

/**
 * A real server as somebody has it who uses everything: our example photos analysed by the model that is in the repository, rules, a
 * watched camera that is a folder, users, and GPU servers of the fake RunPod. Everything lies in a folder that is gone with it.
 */
export const ADMIN = { username: 'admin', password: 'a long password of ours' };
const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));
const PHOTOS = ['all-fine', 'coaster-and-mat', 'mug-near-edge', 'shared-table', 'mug-too-close'];
const RULES = [
  'Keep mugs at least 6 inches away from laptops',
  'Keep mugs at least 4 cm from the edge of the table',
  'Bottles must be at least 20 cm from every keyboard',
];
/** Four points of the table of mug-too-close.jpg, where its truth (the JSON beside it) says that the camera sees them. */
const LAID = [
  [-300, 200],
  [300, 200],
  [300, -200],
  [-300, -200],
];
const SEEN = [
  [79, 525],
  [792, 512],
  [688, 290],
  [195, 296],
];
const SPOT = [
  [610, 400],
  [720, 400],
  [735, 450],
  [620, 450],
];
const SECOND_MS = 1000;

export interface Stage {
  readonly url: string;
  /** Ids of the analyses, in the order of their photos. */
  readonly analyses: readonly string[];
  readonly close: () => Promise<void>;
}

export async function openStage(options: { readonly env?: Record<string, string> } = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'h200-pictures-'));
  const desk = join(folder, 'desk');
  mkdirSync(desk);
  const shoot = () => copyFileSync(join(EXAMPLES, 'mug-too-close.jpg'), join(desk, 'now.jpg'));
  shoot();
  const shooting = setInterval(shoot, SECOND_MS);
  const fake = await startFakeRunpod({ time: realTime(60), rates: null });
  const program = start(['serve', '--port', '0'], {
    env: {
      H200_DATA_DIR: join(folder, 'data'),
      H200_ALLOWED_ROOTS: desk,
      H200_MODEL: 'desk-detector',
      H200_ADMIN_USERNAME: ADMIN.username,
      H200_ADMIN_PASSWORD: ADMIN.password,
      JWT_SECRET: 'a secret of more than thirty-two characters',
      H200_SERVER_IMAGE: 'ghcr.io/acme/mug:1.0.0',
      RATE_LIMIT_REQUESTS: '10000',
      ...fake.env,
      ...options.env,
    },
  });
  const close = async () => {
    clearInterval(shooting);
    program.kill('SIGKILL');
    await fake.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [, url = ''] = await waitForLine(program, /(http:\/\/127\.0\.0\.1:\d+)/);
    return { url, analyses: await fill(url, desk), close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function fill(url: string, desk: string): Promise<string[]> {
  const { access_token: token } = await call<{ access_token: string }>(url, null, '/auth/login', ADMIN);
  const post = <T>(path: string, body: object) => call<T>(url, token, path, body);
  const form = (photo: string) => {
    const filled = new FormData();
    filled.append('image', new Blob([readFileSync(join(EXAMPLES, `${photo}.jpg`))]), `${photo}.jpg`);
    return filled;
  };
  for (const text of RULES) await post('/rules', { text });
  const ids: string[] = [];
  for (const photo of PHOTOS)
    ids.push((await post<{ analysis_id: string }>('/analyze/with-feedback', form(photo))).analysis_id);
  await post('/calibrations', {
    name: 'Desk by the window',
    width: 960,
    height: 720,
    calibration: { points_px: SEEN, points_mm: LAID },
    zones: [{ name: 'Coaster', kind: 'coaster', polygon_px: SPOT }],
  });
  await post('/cameras', { name: 'desk', source: { kind: 'folder', address: desk }, interval_s: 2, hold_s: 1 });
  for (const [username, role] of [
    ['anna', 'analyst'],
    ['ben', 'viewer'],
  ] as const)
    await post('/users', { username, role, password: 'given by the administrator' });
  await post('/api-keys', { name: 'n8n', permissions: ['analysis:read', 'analysis:write'] });
  await post('/servers/deploy', { type: 'timed', config: { gpu_type: 'L4' } });
  return ids;
}

async function call<T>(url: string, token: string | null, path: string, body: object): Promise<T> {
  const isForm = body instanceof FormData;
  const response = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(!isForm && { 'content-type': 'application/json' }),
    },
    body: isForm ? body : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}

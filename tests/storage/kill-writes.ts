import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { PROGRAM, waitForLine } from '../support/program.ts';

export interface KillPlan {
  /** Acknowledged writes until it ends. */
  readonly writes: number;
  /** The server is killed after between one and so many of them, and at most 50 ms. */
  readonly mostBetweenKills: number;
  readonly atOnce: number;
  /** Data folder, backends. */
  readonly env: Readonly<Record<string, string>>;
  readonly tell?: (line: string) => void;
}

export interface KillReport {
  readonly acknowledged: Readonly<Record<Kind, number>>;
  readonly kills: number;
  /** What was acknowledged and is not there, or not as it was acknowledged. */
  readonly lost: readonly string[];
  /** Analyses whose deletion was acknowledged and that are there. */
  readonly undeleted: readonly string[];
  /** Answers other than those that acknowledge, by code: how many. */
  readonly refused: Readonly<Record<string, number>>;
  readonly seconds: number;
}

type Kind = 'analysis' | 'photo' | 'rule' | 'deletion';
interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const BOXES = [
  { class: 'mug', confidence: 0.9, bbox: [100, 260, 160, 330] },
  { class: 'laptop', confidence: 0.95, bbox: [220, 160, 520, 340] },
];
const SIZE = { width: 640, height: 480 };
const EXAMPLE = new URL('../../examples/mug-too-close.jpg', import.meta.url);
/** A start takes seconds on a busy machine. */
const ANSWER_MS = 30_000;

/** The built server is killed again and again while clients write; then everything that it acknowledged is read back. */
export async function killWrites(plan: KillPlan): Promise<KillReport> {
  const begun = performance.now();
  const analyses = new Map<string, string>();
  const photos = new Set<string>();
  const rules = new Map<string, string>();
  const deleted = new Set<string>();
  /** Whose deletion was asked for: gone or not, without an answer nobody knows. */
  const asked = new Set<string>();
  const refused: Record<string, number> = {};
  let [server, url, kills, made] = [null as ChildProcess | null, '', 0, 0];
  const nextNumber = () => {
    made += 1;
    return made;
  };
  const count = () => analyses.size + rules.size + deleted.size;

  async function begin(): Promise<void> {
    const env = { ...process.env, LOG_LEVEL: 'error', H200_RATE_LIMIT: '0', ...plan.env };
    server = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    url = (await waitForLine(server, /listens on (http:\S+)/))[1] as string;
  }
  async function end(): Promise<void> {
    const ended = once(server!, 'exit');
    server!.kill('SIGKILL');
    await ended;
  }
  /** Null where the server was killed before it answered. */
  async function call(method: string, path: string, body?: object): Promise<Answer | null> {
    try {
      const response = await fetch(new URL(`/api/v1/${path}`, url), {
        method,
        signal: AbortSignal.timeout(ANSWER_MS),
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      if (path.includes('/image')) {
        await response.arrayBuffer();
        return { status: response.status, body: {} };
      }
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    } catch {
      return null;
    }
  }
  function isAcknowledged(answer: Answer | null): answer is Answer {
    if (answer === null) return false;
    const { status, body } = answer;
    if (status < 300 && body.stored !== false) return true;
    const code = (body.error as { code?: string } | undefined)?.code ?? (status < 300 ? 'not stored' : String(status));
    refused[code] = (refused[code] ?? 0) + 1;
    return false;
  }

  /** Each is told apart from all others by its scale, a rule by its distance. */
  const write: Record<Kind, () => Promise<void>> = {
    async analysis() {
      const calibration = { mm_per_pixel: 1 + nextNumber() / 1e4 };
      const answer = await call('POST', 'analyze/with-feedback', { detections: BOXES, size: SIZE, calibration });
      if (isAcknowledged(answer)) analyses.set(String(answer.body.analysis_id), objectsOf(answer.body));
    },
    async photo() {
      const spot = { create: { width: 8, height: 8, channels: 3 as const, background: colour(nextNumber()) } };
      const jpeg = await sharp(EXAMPLE.pathname)
        .resize(SIZE)
        .composite([{ input: spot }])
        .jpeg()
        .toBuffer();
      const image = `data:image/jpeg;base64,${jpeg.toString('base64')}`;
      const answer = await call('POST', 'analyze/with-feedback', { image, calibration: { mm_per_pixel: 1 } });
      if (!isAcknowledged(answer)) return;
      analyses.set(String(answer.body.analysis_id), objectsOf(answer.body));
      photos.add(String(answer.body.analysis_id));
    },
    async rule() {
      const text = `Keep mugs at least ${(1 + nextNumber() / 1e4).toFixed(4)} inches away from phones`;
      const answer = await call('POST', 'rules/natural-language', { text, auto_enable: false });
      if (isAcknowledged(answer)) rules.set(String(answer.body.rule_id), conditionsOf(answer.body));
    },
    async deletion() {
      const id = [...analyses.keys()].find((one) => !asked.has(one) && randomInt(8) === 0);
      if (id === undefined) return write.analysis();
      asked.add(id);
      if (isAcknowledged(await call('DELETE', `analyze/results/${id}`))) deleted.add(id);
    },
  };
  const kindOf = (roll: number): Kind =>
    roll < 66 ? 'analysis' : roll < 70 ? 'photo' : roll < 85 ? 'rule' : 'deletion';

  const lost: string[] = [];
  const undeleted: string[] = [];
  try {
    while (count() < plan.writes) {
      await begin();
      const until = Math.min(plan.writes, count() + randomInt(1, plan.mostBetweenKills + 1));
      let isOver = false;
      const writers = Array.from({ length: plan.atOnce }, async () => {
        while (!isOver) await write[kindOf(randomInt(100))]();
      });
      while (count() < until && server!.exitCode === null) await sleep(5);
      await sleep(randomInt(50));
      await end();
      isOver = true;
      kills += 1;
      await Promise.all(writers);
      plan.tell?.(`${count()} acknowledged, ${kills} kills, ${Math.round((performance.now() - begun) / 1000)} s`);
    }
    await begin();
    for (const [id, objects] of analyses) {
      const got = await call('GET', `analyze/results/${id}`);
      if (deleted.has(id)) {
        if (got?.status !== 404) undeleted.push(id);
      } else if (!asked.has(id)) {
        if (got?.status !== 200 || objectsOf(got.body) !== objects) lost.push(`${id}: ${got?.status ?? 'no answer'}`);
        else if (photos.has(id)) {
          const photo = await call('GET', `analyze/results/${id}/image?of=photo`);
          if (photo?.status !== 200) lost.push(`photo of ${id}: ${photo?.status ?? 'no answer'}`);
        }
      }
    }
    for (const [id, conditions] of rules) {
      const got = await call('GET', `rules/${id}`);
      if (got?.status !== 200 || conditionsOf(got.body) !== conditions)
        lost.push(`${id}: ${got?.status ?? 'no answer'}`);
    }
  } finally {
    if (server !== null && (server as ChildProcess).exitCode === null) await end();
  }
  const acknowledged = {
    analysis: analyses.size - photos.size,
    photo: photos.size,
    rule: rules.size,
    deletion: deleted.size,
  };
  return { acknowledged, kills, lost, undeleted, refused, seconds: Math.round((performance.now() - begun) / 1000) };
}

const colour = (n: number) => ({ r: n & 255, g: (n >> 8) & 255, b: 128 });
const objectsOf = ({ objects, calibration }: Record<string, unknown>) => JSON.stringify([objects, calibration]);
const conditionsOf = ({ conditions }: Record<string, unknown>) => JSON.stringify(conditions);

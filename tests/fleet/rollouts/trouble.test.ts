import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { DeployRequest } from '../../../src/contract/deployment.ts';
import { AppError } from '../../../src/errors.ts';
import { ann } from '../open-fleet.ts';
import { Stage } from './stage.ts';

/** What becomes of rollouts when the provider is in trouble, written down where people read it. */
const MINUTE = 60_000;
const PAGE = new URL('../../../docs/faults-rollouts.md', import.meta.url);

type Trouble = (stage: Stage, old: string) => void;
const TROUBLES: Record<string, Trouble> = {
  'no GPU free for 10 minutes': (stage) => {
    const until = stage.clock.now().getTime() + 10 * MINUTE;
    stage.cloud.before = () => {
      if (stage.clock.now().getTime() >= until) stage.cloud.famine.clear();
    };
    for (const { id } of stage.cloud.catalogue) stage.cloud.famine.add(id);
  },
  'no GPU free for hours': (stage) => {
    for (const { id } of stage.cloud.catalogue) stage.cloud.famine.add(id);
  },
  'price doubled after it was shown': (stage) => {
    stage.cloud.catalogue = stage.cloud.catalogue.map((one) => ({ ...one, price: { timed: 9.99, serverless: 9.99 } }));
  },
  'every second call is told to wait (429)': (stage) => {
    let calls = 0;
    stage.cloud.before = () => {
      calls += 1;
      if (calls % 2 === 1) throw new AppError('SERVER_004', { message: 'Too many requests.', retryAfterS: 30 });
    };
  },
  'RunPod is down for an hour, at once': (stage) => down(stage, 0, 60),
  'RunPod is down for an hour, from the second minute on': (stage) => down(stage, 2, 60),
  'answers of creations are lost': (stage) => {
    stage.cloud.after = (what) => {
      if (what === 'create') throw new AppError('SERVER_004', { details: { may_exist: 'x' } });
    };
  },
  'the new server fails in every request': (stage, old) => {
    stage.usual = { ok: false };
    stage.answers.set(old, {});
  },
  'the new server is ended at RunPod': (stage) => {
    let waits = true;
    stage.everyStep = () => {
      const [, fresh] = stage.cloud.machines.keys();
      if (waits && fresh !== undefined && stage.routing.tables.length > 0) {
        waits = false;
        stage.cloud.elsewhere(fresh, 'terminate');
      }
    };
  },
};

function down(stage: Stage, fromMinute: number, minutes: number): void {
  const from = stage.clock.now().getTime() + fromMinute * MINUTE;
  stage.everyStep = () => {
    const now = stage.clock.now().getTime();
    stage.cloud.isDown = now >= from && now < from + minutes * MINUTE;
  };
}

const STRATEGIES: Record<string, Partial<DeployRequest>> = {
  'blue-green': { strategy: 'blue-green' },
  canary: { strategy: 'canary', canary_percent: 30, canary_duration: 300 },
  rolling: { strategy: 'rolling' },
  recreate: { strategy: 'recreate' },
};

async function outcome(trouble: Trouble, request: Partial<DeployRequest>): Promise<string> {
  const stage = new Stage();
  try {
    const { fleet, deployments } = stage.product();
    const old = await stage.first(fleet);
    stage.minds = true;
    const { deployment } = await deployments.deploy(ann, { ...request, type: 'timed', wait_for_completion: false });
    trouble(stage, old);
    await stage.serve(100 * MINUTE, [fleet], 2);
    const ended = await deployments.get(ann, deployment!.id);
    expect(ended.outcome).not.toBeNull();
    // Whatever happened: nobody's request is lost, nothing in use is stopped, nothing runs that nobody knows.
    expect([stage.lost, stage.wrong, await stage.leaked(fleet)]).toEqual([0, [], []]);
    expect(stage.cloud.running().length).toBeLessThanOrEqual(1);
    const minutes = Math.round((Date.parse(ended.ended_at ?? '') - Date.parse(ended.created_at)) / MINUTE);
    return `${ended.outcome?.replace('_', ' ')} (${minutes} min)`;
  } finally {
    await stage.close();
  }
}

it('is as the page says', { timeout: 600_000 }, async () => {
  const rows: string[] = [];
  for (const [name, trouble] of Object.entries(TROUBLES)) {
    const cells: string[] = [];
    for (const request of Object.values(STRATEGIES)) cells.push(await outcome(trouble, request));
    rows.push(`| ${name} | ${cells.join(' | ')} |`);
  }
  const names = Object.keys(STRATEGIES);
  const table = [`| trouble | ${names.join(' | ')} |`, `|${' --- |'.repeat(names.length + 1)}`, ...rows].join('\n');
  const page = `# Rollouts in trouble

How each strategy ends when something goes wrong while it is under way, with the minutes that it took by the test's clock.
\`tests/fleet/rollouts/trouble.test.ts\` plays every cell against a provider in memory, with requests coming all the time, and compares
this table with what it saw. In every cell it also counted: requests lost 0, servers stopped in use 0, servers running that nobody knows 0.
\`WRITE_DOCS=1\` with that test writes the page anew.

${table}

"failed" says that neither the new server was taken nor the old one could be had back: \`recreate\` stops the old one first, and its host
may have rented out its GPU meanwhile. What it computed is computed by this program then. \`recreate\` keeps no old server, so nobody judges
the requests of its new one. "rolled back" of a canary for which too few requests came says so.
`;
  if (process.env.WRITE_DOCS === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});

import { describe, expect, it } from 'vitest';
import type { DeployRequest } from '../../../src/contract/deployment.ts';
import { type Death, Mortal } from '../mortal.ts';
import { ann } from '../open-fleet.ts';
import { Stage } from './stage.ts';

/** Our process is killed at every single step of every rollout; the next one goes on, or back. */
const MINUTE = 60_000;

const STORIES: Record<
  string,
  { readonly request: Partial<DeployRequest>; readonly sick?: true; readonly byHand?: 'rollBack' }
> = {
  'blue-green': { request: { strategy: 'blue-green', keep_seconds: 60 } },
  'blue-green that goes back': { request: { strategy: 'blue-green', keep_seconds: 60 }, sick: true },
  'blue-green, rolled back by hand': { request: { strategy: 'blue-green', keep_seconds: 3600 }, byHand: 'rollBack' },
  canary: { request: { strategy: 'canary', canary_percent: 40, canary_duration: 120, keep_seconds: 0 } },
  'canary that goes back': { request: { strategy: 'canary', canary_duration: 120 }, sick: true },
  rolling: { request: { strategy: 'rolling', keep_seconds: 30 } },
  'rolling that goes back': { request: { strategy: 'rolling' }, sick: true },
  recreate: { request: { strategy: 'recreate' } },
  'recreate that goes back': { request: { strategy: 'recreate' }, sick: true },
};

const EFFECTS = ['add', 'replace', 'remove', 'create', 'start', 'stop', 'terminate', 'smoke'];
/** What is written at every look, whatever is rolled out. */
const ALWAYS = ['server_use', 'fleet', 'server_hour', 'delivery_lease'];
const hasEffect = (name: string, [kind]: readonly unknown[]) =>
  EFFECTS.includes(name) && !(typeof kind === 'string' && ALWAYS.includes(kind));

async function tell(name: string, death: Death): Promise<boolean> {
  const { request, sick, byHand } = STORIES[name]!;
  const stage = new Stage();
  try {
    const before = stage.product();
    const olds = [await stage.first(before.fleet)];
    if (request.strategy === 'rolling')
      olds.push((await before.fleet.service.create(ann, { type: 'timed' })).server.id);
    await before.fleet.close();
    stage.minds = true;
    // Canaries are found out by their requests, the others when they are tried.
    if (sick && request.strategy === 'canary') stage.usual = { ok: false };
    else if (sick) stage.routing.usual = { same: false, detail: 'it finds something else' };
    for (const old of olds) stage.answers.set(old, {});

    const mortal = new Mortal(death, hasEffect);
    const { routing } = stage;
    const parts = {
      ...mortal.parts({ registry: stage.records.registry, cloud: stage.cloud }),
      routing: {
        home: routing.home,
        ...{
          table: mortal.wrap(routing.table),
          traffic: mortal.wrap(routing.traffic),
          probe: mortal.wrap(routing.probe),
        },
      },
    };
    const doomed = stage.product(parts);
    const begun = await doomed.deployments
      .deploy(ann, { ...request, type: 'timed', wait_for_completion: false })
      .catch(() => null);
    const minutes = byHand ? 2.5 : 8;
    for (let minute = 0; minute < minutes && !mortal.isDead; minute += 0.5)
      await stage.serve(MINUTE / 2, [doomed.fleet]);
    if (byHand && begun?.deployment && !mortal.isDead) {
      await doomed.deployments[byHand](ann, begun.deployment.id).catch(() => null);
      await stage.serve(2 * MINUTE, [doomed.fleet]);
    }
    const died = mortal.isDead;
    mortal.kill();
    stage.forgetUses();
    await doomed.fleet.close();

    const next = stage.product();
    await stage.serve(10 * MINUTE, [next.fleet]);
    const all = await next.deployments.list(ann);
    // By hand: the wish may have died with the process.
    if (byHand && all[0]?.outcome === null) {
      await next.deployments[byHand](ann, all[0].id);
      await stage.serve(5 * MINUTE, [next.fleet]);
    }
    const [ended] = await next.deployments.list(ann);
    if (ended === undefined) expect(stage.routing.weight(olds[0]!)).toBe(100);
    else {
      expect(ended.outcome).toBe(sick || byHand ? 'rolled_back' : 'deployed');
      const [swap] = ended.swaps;
      expect(stage.routing.weight((sick || byHand ? swap!.old_server_id : swap!.new_server_id) ?? '')).toBe(100);
    }
    expect([stage.lost, stage.wrong, await stage.leaked(next.fleet)]).toEqual([0, [], []]);
    expect(stage.cloud.machines.size).toBe(olds.length);
    for (const { state } of (await next.fleet.service.list(ann)).servers) expect(state).toMatch(/running|stopped/);
    return died;
  } finally {
    await stage.close();
  }
}

describe.each(Object.keys(STORIES))('killed at every step of: %s', (name) => {
  it.each([true, false])('what it asked for last takes effect: %s', { timeout: 600_000 }, async (lastTakesEffect) => {
    let steps = 0;
    const by = Number(process.env.KILL_EVERY ?? 7);
    for (let after = 0; after < 600; after += by) {
      const died = await tell(name, { after, lastTakesEffect }).catch((thrown: unknown) => {
        throw new Error(`killed after ${after} calls`, { cause: thrown });
      });
      if (!died) break;
      steps = after;
    }
    expect(steps).toBeGreaterThan(15);
    expect(steps).toBeLessThan(590);
  });
});

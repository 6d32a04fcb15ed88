import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Fleet } from '../../../src/fleet/create-fleet.ts';
import type { DeploymentService } from '../../../src/fleet/deployments.ts';
import { Mortal } from '../mortal.ts';
import { ann } from '../open-fleet.ts';
import { Stage } from './stage.ts';

/**
 * Two processes of ours, rollouts, and everything that can happen to them, in any order. Afterwards every rollout is over, nothing
 * runs that nobody knows, nothing was stopped that was used or had analyses, and nobody's request was lost.
 */
const MINUTE = 60_000;

const Step = fc.oneof(
  fc.record({
    what: fc.constant('deploy' as const),
    by: fc.nat(1),
    strategy: fc.constantFrom('blue-green' as const, 'canary' as const, 'rolling' as const, 'recreate' as const),
    keep: fc.constantFrom(0, 120),
  }),
  fc.record({ what: fc.constantFrom('promote' as const, 'rollBack' as const), by: fc.nat(1) }),
  fc.record({ what: fc.constant('pass' as const), ms: fc.constantFrom(5000, 45_000, 2 * MINUTE, 6 * MINUTE) }),
  fc.record({ what: fc.constant('kill' as const), by: fc.nat(1), after: fc.nat(25), lastTakesEffect: fc.boolean() }),
  fc.record({ what: fc.constant('sick' as const), how: fc.constantFrom('tried', 'requests', 'well') }),
  fc.record({ what: fc.constant('provider' as const), how: fc.constantFrom('down', 'up', 'famine', 'plenty') }),
);
type Step = typeof Step extends fc.Arbitrary<infer T> ? T : never;

class Play {
  readonly stage = new Stage();
  private readonly processes: { fleet: Fleet; deployments: DeploymentService; mortal: Mortal }[] = [];
  first = '';

  private begin(by: number, death: { after: number; lastTakesEffect: boolean } | null): void {
    const { stage } = this;
    const { routing, records, cloud } = stage;
    const mortal = new Mortal(death, (name) => !['get', 'find', 'list', 'under', 'between', 'catalog'].includes(name));
    const table = mortal.wrap(routing.table);
    const parts = {
      home: routing.home,
      table,
      traffic: mortal.wrap(routing.traffic),
      probe: mortal.wrap(routing.probe),
    };
    const made = stage.product({ ...mortal.parts({ registry: records.registry, cloud }), routing: parts });
    this.processes[by] = { ...made, mortal };
  }

  async open(): Promise<void> {
    for (const by of [0, 1]) this.begin(by, null);
    this.first = await this.stage.first(this.processes[0]!.fleet);
    this.stage.minds = true;
  }

  /** Whoever has died is gone, and another one begins. */
  private async bury(): Promise<void> {
    for (const [by, { fleet, mortal }] of this.processes.entries()) {
      if (!mortal.isDead) continue;
      this.stage.forgetUses();
      await fleet.close();
      this.begin(by, null);
    }
  }

  async step(step: Step): Promise<void> {
    const { stage } = this;
    const { deployments } = this.processes['by' in step ? step.by : 0]!;
    if (step.what === 'deploy') {
      const { strategy, keep: keep_seconds } = step;
      const more = strategy === 'canary' ? { canary_duration: 120 } : {};
      await deployments
        .deploy(ann, { type: 'timed', strategy, keep_seconds, wait_for_completion: false, ...more })
        .catch(() => null);
    }
    if (step.what === 'promote' || step.what === 'rollBack') {
      const open = (await deployments.list(ann).catch(() => [])).find(({ outcome }) => outcome === null);
      if (open) await deployments[step.what](ann, open.id).catch(() => null);
    }
    if (step.what === 'kill') {
      await this.processes[step.by]!.fleet.close();
      this.begin(step.by, step);
    }
    if (step.what === 'sick') {
      stage.routing.usual = step.how === 'tried' ? { same: false, detail: 'something else' } : {};
      stage.usual = step.how === 'requests' ? { ok: false } : {};
    }
    if (step.what === 'provider') {
      if (step.how === 'down' || step.how === 'up') stage.cloud.isDown = step.how === 'down';
      else if (step.how === 'plenty') stage.cloud.famine.clear();
      else for (const { id } of stage.cloud.catalogue) stage.cloud.famine.add(id);
    }
    if (step.what === 'pass') await this.pass(step.ms);
    await this.bury();
  }

  private async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= MINUTE / 2) {
      await this.stage.serve(
        Math.min(left, MINUTE / 2),
        this.processes.map(({ fleet }) => fleet),
        1,
      );
      await this.bury();
    }
  }

  /** All trouble is over. */
  async rest(): Promise<void> {
    for (const how of ['up', 'plenty'] as const) await this.step({ what: 'provider', how });
    await this.step({ what: 'sick', how: 'well' });
    await this.pass(60 * MINUTE);
  }

  async expectOrder(): Promise<void> {
    const { fleet, deployments } = this.processes[0]!;
    const { stage } = this;
    expect([stage.lost, stage.wrong, await stage.leaked(fleet)]).toEqual([0, [], []]);
    const all = await deployments.list(ann);
    expect(all.filter(({ outcome }) => outcome === null)).toEqual([]);
    // Whoever has analyses is there.
    const { servers } = await fleet.service.list(ann);
    for (const { id, weight } of stage.routing.current.entries) {
      if (id !== 'here' && weight > 0) expect(servers.map((one) => one.id)).toContain(id);
    }
    const failed = all.filter(({ outcome }) => outcome === 'failed').length;
    expect(stage.cloud.machines.size).toBeLessThanOrEqual(1 + failed);
  }
}

it('in any order', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(Step, { minLength: 3, maxLength: 12 }), async (steps) => {
      const play = new Play();
      try {
        await play.open();
        for (const step of [{ what: 'deploy', by: 0, strategy: 'blue-green', keep: 120 } as const, ...steps])
          await play.step(step);
        await play.rest();
        await play.expectOrder();
      } finally {
        await play.stage.close();
      }
    }),
    {
      numRuns: Number(process.env.ROLLOUT_RUNS ?? 15),
      ...(process.env.ROLLOUT_SEED && { seed: Number(process.env.ROLLOUT_SEED) }),
    },
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { Fleet } from '../../src/fleet/create-fleet.ts';
import { idOfCloudName } from '../../src/ports/gpu-cloud.ts';
import { Mortal } from './mortal.ts';
import { ann, World } from './open-fleet.ts';

/**
 * Two processes of ours, and everything that can happen to them and to the provider, in any order. Afterwards nothing runs that
 * nobody knows, nothing was stopped for being idle that was used, and all is as it is said to be.
 */
const MINUTE = 60_000;
const IDLE = 10 * MINUTE;

const Step = fc.oneof(
  fc.record({
    what: fc.constant('create' as const),
    by: fc.nat(1),
    type: fc.constantFrom('timed' as const, 'serverless' as const),
  }),
  fc.record({
    what: fc.constant('control' as const),
    by: fc.nat(1),
    at: fc.nat(3),
    action: fc.constantFrom('start' as const, 'stop' as const, 'restart' as const, 'terminate' as const),
    force: fc.boolean(),
    waits: fc.boolean(),
  }),
  fc.record({
    what: fc.constant('use' as const),
    by: fc.nat(1),
    at: fc.nat(3),
    ms: fc.constantFrom(0, 5 * MINUTE, 25 * MINUTE),
  }),
  fc.record({ what: fc.constant('pass' as const), ms: fc.constantFrom(MINUTE, 4 * MINUTE, 12 * MINUTE) }),
  fc.record({ what: fc.constant('kill' as const), by: fc.nat(1), after: fc.nat(40), lastTakesEffect: fc.boolean() }),
  fc.record({
    what: fc.constant('elsewhere' as const),
    at: fc.nat(3),
    how: fc.constantFrom('stop' as const, 'fail' as const),
  }),
  fc.record({
    what: fc.constant('trouble' as const),
    kind: fc.constantFrom('down', 'up', 'famine', 'plenty', 'lose', 'keep'),
  }),
);
type Step = typeof Step extends fc.Arbitrary<infer T> ? T : never;

class Stage {
  readonly world = new World();
  private readonly processes: [Fleet, Mortal][] = [];
  private readonly uses: {
    readonly id: string;
    readonly until: number;
    over: ((how: 'done') => void) | null;
    by: number;
  }[] = [];
  readonly wrong: string[] = [];
  private readonly lastUse = new Map<string, number>();

  constructor() {
    for (const by of [0, 1]) this.begin(by, null);
    const { cloud, records, clock } = this.world;
    const stop = cloud.stop.bind(cloud);
    cloud.stop = async (server) => {
      const id = idOfCloudName(server.name) ?? '';
      const kept = (await records.registry.get('server', id))?.value as { intent: { why: string } | null };
      const used = this.uses.some((one) => one.id === id && one.over !== null && !this.processes[one.by]![1].isDead);
      const since = clock.now().getTime() - (this.lastUse.get(id) ?? 0);
      if (kept.intent?.why === 'idle' && (used || since < IDLE - 10_000)) this.wrong.push(`${id} ${used} ${since}`);
      return stop(server);
    };
  }

  private begin(by: number, death: { after: number; lastTakesEffect: boolean } | null): void {
    const { world } = this;
    const mortal = new Mortal(death);
    this.processes[by] = [
      world.process(mortal.parts({ registry: world.records.registry, cloud: world.cloud })),
      mortal,
    ];
  }

  /** Whoever has died is gone, and another one begins. */
  private async bury(): Promise<void> {
    for (const [by, [fleet, mortal]] of this.processes.entries()) {
      if (!mortal.isDead) continue;
      await fleet.close();
      for (const use of this.uses) if (use.by === by) use.over = null;
      this.begin(by, null);
    }
  }

  async step(step: Step): Promise<void> {
    const { cloud } = this.world;
    const fleet = 'by' in step ? this.processes[step.by]![0] : this.processes[0]![0];
    const ids = [...cloud.machines.values()].map(({ spec }) => idOfCloudName(spec.name)!);
    const id = 'at' in step ? ids[step.at % Math.max(1, ids.length)] : undefined;
    if (step.what === 'pass') await this.pass(step.ms);
    if (step.what === 'create')
      await fleet.service.create(ann, { type: step.type, wait_for_completion: false }).catch(expected);
    if (step.what === 'kill') {
      await this.processes[step.by]![0].close();
      for (const use of this.uses) if (use.by === step.by) use.over = null;
      this.begin(step.by, step);
    }
    if (step.what === 'trouble') this.trouble(step.kind);
    if (step.what === 'elsewhere' && id !== undefined)
      cloud.elsewhere([...cloud.machines.keys()][step.at % ids.length]!, step.how);
    if (step.what === 'control' && id !== undefined) {
      const { action, force, waits } = step;
      await fleet.service.control(ann, id, { action, force, wait_for_completion: waits }).catch(expected);
    }
    if (step.what === 'use' && id !== undefined) {
      const over = await fleet.use.use(id).catch(expected);
      if (typeof over === 'function') {
        const until = this.world.clock.now().getTime() + step.ms;
        this.uses.push({ id, until, over, by: step.by });
        this.lastUse.set(id, this.world.clock.now().getTime());
        this.endUses();
      }
    }
    await this.bury();
  }

  private trouble(kind: string): void {
    const { cloud } = this.world;
    if (kind === 'down' || kind === 'up') cloud.isDown = kind === 'down';
    if (kind === 'famine') for (const { id } of cloud.catalogue) cloud.famine.add(id);
    if (kind === 'plenty') cloud.famine.clear();
    if (kind === 'lose' || kind === 'keep') {
      cloud.after = (what) => {
        if (kind === 'lose') throw new AppError('SERVER_004', what === 'create' ? { details: { may_exist: 'x' } } : {});
      };
    }
  }

  private endUses(): void {
    const now = this.world.clock.now().getTime();
    for (const use of this.uses) {
      if (use.over === null) continue;
      this.lastUse.set(use.id, now);
      if (use.until > now) continue;
      use.over('done');
      use.over = null;
    }
  }

  private async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 10_000) {
      this.world.clock.advance(10_000);
      this.endUses();
      for (const [fleet] of this.processes) {
        await fleet.flush();
        if (left % 30_000 === 0) await fleet.round().catch(expected);
      }
      await this.bury();
    }
  }

  /** All trouble is over, and nobody uses anything. */
  async rest(): Promise<void> {
    for (const kind of ['up', 'plenty', 'keep']) this.trouble(kind);
    await this.pass(45 * MINUTE);
  }
}

function expected(thrown: unknown): void {
  if (thrown instanceof AppError || (thrown as Error).message === 'dead') return;
  throw thrown;
}

describe('in any order', () => {
  it('nothing is leaked, nothing is stopped that was used', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(Step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const stage = new Stage();
        const { world } = stage;
        try {
          for (const step of steps) await stage.step(step);
          await stage.rest();
          expect(stage.wrong).toEqual([]);
          expect(world.cloud.running()).toEqual([]);
          const { servers, unknown } = await world.process().service.list(ann);
          expect(unknown).toEqual([]);
          const known = new Set(servers.map(({ provider_id }) => provider_id));
          for (const id of world.cloud.machines.keys()) expect(known.has(id)).toBe(true);
          for (const { state } of servers) expect(state).toMatch(/running|stopped|error/);
        } finally {
          await world.close();
        }
      }),
      {
        numRuns: Number(process.env.FLEET_RUNS ?? 40),
        ...(process.env.FLEET_SEED && { seed: Number(process.env.FLEET_SEED) }),
      },
    );
  });
});

import type { Deployment, DeployRequest } from '../../../src/contract/deployment.ts';
import type { Fleet, FleetParts } from '../../../src/fleet/create-fleet.ts';
import type { DeployOptions } from '../../../src/fleet/deploy.ts';
import { createDeployments, type DeploymentService } from '../../../src/fleet/deployments.ts';
import { idOfCloudName } from '../../../src/ports/gpu-cloud.ts';
import { BOOT_MS } from '../in-memory-cloud.ts';
import { ann, World } from '../open-fleet.ts';

interface Use {
  readonly id: string;
  readonly until: number;
  readonly over: (how: 'done' | 'failed') => void;
}

/** A world with one server that has all analyses, and requests that come all the time. */
export class Stage extends World {
  readonly deployed = new Map<Fleet, DeploymentService>();
  /** What must not be. */
  readonly wrong: string[] = [];
  /** Requests that nobody answered. */
  lost = 0;
  requests = 0;
  /** How servers answer requests; those that are not named: in 100 ms. */
  readonly answers = new Map<string, { readonly ok?: boolean; readonly ms?: number }>();
  /** Of all but the first. */
  usual: { readonly ok?: boolean; readonly ms?: number } = {};
  /** Called when time goes on. */
  everyStep: () => void = () => {};
  private uses: Use[] = [];
  private hash = 0;

  constructor() {
    super();
    for (const what of ['stop', 'terminate'] as const) {
      const original = this.cloud[what].bind(this.cloud);
      this.cloud[what] = async (server) => {
        const id = idOfCloudName(server.name) ?? '';
        const kept = (await this.records.registry.get('server', id))?.value as { state: string } | undefined;
        if (this.uses.some((one) => one.id === id)) this.wrong.push(`${what} ${id} (${kept?.state}) in use`);
        if (what === 'stop' || this.routing.weight(id) > 0) this.demandNoWeight(what, id);
        return original(server) as never;
      };
    }
  }

  /** Set while a rollout works: what has analyses is not stopped. */
  minds = false;
  private demandNoWeight(what: string, id: string): void {
    if (this.minds && this.routing.weight(id) > 0) this.wrong.push(`${what} ${id} with weight`);
  }

  product(given: Partial<FleetParts> = {}): { fleet: Fleet; deployments: DeploymentService } {
    const fleet = this.process(given);
    const deployments = createDeployments({
      ...{ fleet: fleet.service, rollouts: fleet.rollouts, registry: given.registry ?? this.records.registry },
      ...{ image: 'ghcr.io/acme/mug:1', now: this.clock.now },
      checkHealth: async (_server, url) => ({ url, tries: 1, ...this.health }),
    });
    this.deployed.set(fleet, deployments);
    return { fleet, deployments };
  }

  /** One that runs and has all analyses. */
  async first(fleet: Fleet, weight = 100): Promise<string> {
    const { server } = await fleet.service.create(ann, { type: 'timed' });
    this.routing.give(server.id, weight);
    return server.id;
  }

  isUp(id: string): boolean {
    const now = this.clock.now().getTime();
    const machine = [...this.cloud.machines.values()].find(({ spec }) => idOfCloudName(spec.name) === id);
    return machine?.state === 'on' && now - machine.startedAt >= BOOT_MS;
  }

  /** Time goes on: processes look after their fleet, drive rollouts, and requests come. */
  async serve(ms: number, fleets: readonly Fleet[], perStep = 4): Promise<void> {
    for (let left = ms; left > 0; left -= 5000) {
      this.clock.advance(5000);
      this.endUses();
      this.everyStep();
      for (const fleet of fleets) {
        // Who is dead sends nothing.
        for (let n = 0; n < perStep; n += 1) await this.request(fleet).catch(expectedEnd);
        await fleet.flush().catch(expectedEnd);
        if (left % 30_000 === 0) await fleet.round().catch(expectedEnd);
        await fleet.rollOn().catch(expectedEnd);
      }
    }
    this.clock.advance(20_000);
    this.endUses();
    for (const fleet of fleets) await fleet.flush().catch(expectedEnd);
  }

  /** As the router sends them: to whom the weights say, else to another one that has some, else it is computed here. */
  private async request(fleet: Fleet): Promise<void> {
    this.requests += 1;
    this.hash = (this.hash + 37) % 100;
    const chosen = this.routing.backend(this.hash);
    const others = this.routing.current.entries.filter(({ id, weight }) => id !== chosen && weight > 0);
    for (const id of [chosen, ...others.map((one) => one.id), 'here']) {
      if (id === 'here' ? this.routing.isHereAble : await this.answered(fleet, id)) return;
    }
    this.lost += 1;
  }

  private async answered(fleet: Fleet, id: string): Promise<boolean> {
    const over = await fleet.use.use(id).catch((thrown: Error) => {
      if (thrown.message === 'dead') throw thrown;
      return null;
    });
    const { ok = true, ms = 100 } = this.answers.get(id) ?? this.usual;
    const isDone = over !== null && ok && this.isUp(id);
    this.routing.measured(id, isDone, ms);
    // One in seven is still under way when the next look comes.
    if (over !== null && isDone && this.requests % 7 === 0) {
      this.uses.push({ id, until: this.clock.now().getTime() + 12_000, over });
    } else over?.(isDone ? 'done' : 'failed');
    return isDone;
  }

  /** A process that is killed works on nothing any more. */
  forgetUses(): void {
    this.uses = [];
  }

  private endUses(): void {
    const now = this.clock.now().getTime();
    for (const one of this.uses.filter(({ until }) => until <= now)) one.over('done');
    this.uses = this.uses.filter(({ until }) => until > now);
  }

  /** Everything that costs something is known. */
  async leaked(fleet: Fleet): Promise<string[]> {
    const { servers, unknown } = await fleet.service.list(ann);
    const known = new Set(servers.map(({ provider_id }) => provider_id));
    return [
      ...[...this.cloud.machines.keys()].filter((id) => !known.has(id)),
      ...unknown.map(({ provider_id }) => provider_id),
    ];
  }

  override async close(): Promise<void> {
    await super.close();
    this.deployed.clear();
  }
}

export const isOver = ({ outcome }: Deployment): boolean => outcome !== null;
export const untilOver: DeployOptions = { untilOver: () => true, limitMs: null };
export const bluegreen: DeployRequest = { type: 'timed', strategy: 'blue-green' };

function expectedEnd(thrown: unknown): void {
  if ((thrown as Error).message !== 'dead') throw thrown;
}

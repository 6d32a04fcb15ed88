import type { FleetParts } from '../../src/fleet/create-fleet.ts';

/** How many calls of store and provider a process makes before it is killed, and whether the last one still takes effect. */
export interface Death {
  readonly after: number;
  readonly lastTakesEffect: boolean;
}

export class Mortal {
  calls = 0;
  isDead = false;
  private readonly death: Death | null;
  private readonly counts: (name: string, args: readonly unknown[]) => boolean;

  /** `counts`: of which calls; who dies before one that changes nothing dies before the next one that does. */
  constructor(death: Death | null, counts: Mortal['counts'] = () => true) {
    this.death = death;
    this.counts = counts;
  }

  kill(): void {
    this.isDead = true;
  }

  /** The same thing, until the process is dead: whatever it asks then has no effect. */
  wrap<T extends object>(thing: T): T {
    return new Proxy(thing, {
      get: (target, name) => {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (this.isDead) throw new Error('dead');
          const isCounted = this.counts(String(name), args);
          if (isCounted) this.calls += 1;
          const isLast = isCounted && this.death !== null && this.calls > this.death.after;
          if (isLast) this.isDead = true;
          if (isLast && this.death?.lastTakesEffect === false) throw new Error('dead');
          const answer = await (value as (...given: unknown[]) => unknown).apply(target, args);
          if (this.isDead) throw new Error('dead');
          return answer;
        };
      },
    });
  }

  parts(parts: Pick<FleetParts, 'registry' | 'cloud'>): Pick<FleetParts, 'registry' | 'cloud'> {
    return { registry: this.wrap(parts.registry), cloud: this.wrap(parts.cloud) };
  }
}

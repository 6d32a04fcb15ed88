import type { Registry, RegistryEntry } from './ports/registry.ts';
import { Holder, holderHere, isGone, letGo } from './process-holder.ts';

/** A lease that is not renewed for so long may be taken by others, ms. */
export const LEASE_MS = 15_000;

export interface LeaseOptions {
  readonly leaseMs?: number;
  /** Milliseconds; never goes back. */
  readonly clock?: () => number;
  /** Of this server, another one at every start. */
  readonly holder?: string;
  readonly machine?: string;
  readonly pid?: number;
}

/**
 * Which of several servers does what only one may, such as delivering to a target. Whether another one's has ended is judged by how long it was seen
 * unchanged, so that their clocks may differ; a process of this machine that is gone holds nothing.
 */
export class Lease {
  private readonly registry: Registry;
  private readonly name: string;
  private readonly me: Holder;
  private readonly leaseMs: number;
  private readonly clock: () => number;
  private until = Number.NEGATIVE_INFINITY;
  private seen: { readonly version: number; readonly holder: string; readonly at: number } | null = null;

  constructor(registry: Registry, name: string, options: LeaseOptions = {}) {
    this.registry = registry;
    this.name = name;
    this.leaseMs = options.leaseMs ?? LEASE_MS;
    this.clock = options.clock ?? (() => performance.now());
    const { holder, machine, pid } = options;
    this.me = holderHere({
      ...(holder !== undefined && { holder }),
      ...(machine !== undefined && { machine }),
      ...(pid !== undefined && { pid }),
    });
  }

  /** Whether this server holds it for another `ms`. Takes or renews it where that is needed. */
  async holds(ms: number): Promise<boolean> {
    if (this.isHeld(ms)) return true;
    const begun = this.clock();
    if (!(await this.take(begun))) return false;
    this.until = begun + this.leaseMs;
    return this.isHeld(ms);
  }

  /** The same without asking the store. */
  isHeld(ms: number): boolean {
    return this.until - this.clock() >= ms;
  }

  /** For whoever wants it next. */
  async release(): Promise<void> {
    letGo(this.me);
    if (this.until <= this.clock()) return;
    this.until = Number.NEGATIVE_INFINITY;
    const current = await this.registry.get('delivery_lease', this.name);
    if (current !== null && this.holderOf(current)?.holder === this.me.holder) {
      await this.registry.remove('delivery_lease', this.name);
    }
  }

  private async take(now: number): Promise<boolean> {
    const current = await this.registry.get('delivery_lease', this.name);
    if (current === null) return this.registry.add('delivery_lease', this.entry(1));
    if (!this.isFree(current, now)) return false;
    return this.registry.replace('delivery_lease', this.entry(current.version + 1));
  }

  private isFree(current: RegistryEntry, now: number): boolean {
    const other = this.holderOf(current);
    if (other === null || other.holder === this.me.holder) return true;
    if (isGone(other, this.me.machine)) return true;
    const { version } = current;
    if (this.seen === null || this.seen.version !== version || this.seen.holder !== other.holder) {
      this.seen = { version, holder: other.holder, at: now };
      return false;
    }
    return now - this.seen.at >= this.leaseMs;
  }

  private holderOf({ value }: RegistryEntry): Holder | null {
    return Holder.safeParse(value).data ?? null;
  }

  private entry(version: number): RegistryEntry {
    const created_at = new Date().toISOString();
    return { id: this.name, lookup: null, owner: 'system', created_at, expires_at: null, version, value: this.me };
  }
}

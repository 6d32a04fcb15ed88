import type { Agent } from 'undici';
import { isPublicAddress } from './address.ts';
import { createAgent, type Lookup, resolveAll } from './dial.ts';
import { checkUrl, type UrlPolicy, unusableHost } from './url.ts';

export interface GuardOptions {
  /** Longest time from the first look-up to the last byte. */
  readonly timeoutMs: number;
  readonly allowHttp?: boolean;
  /** Ports besides the scheme's own. */
  readonly extraPorts?: readonly number[] | 'any';
  /** Addresses that the operator chose: one of them serves many calls over one connection. */
  readonly keepAlive?: boolean;
  /** Names without a dot are looked up; where it is not said, only in tests. */
  readonly allowInternalNames?: boolean;
  readonly isAllowedAddress?: (address: string) => boolean;
  /** The three below exist for tests against a local server. */
  readonly lookup?: Lookup;
  readonly ca?: string;
  readonly refuseEveryMs?: number;
}

/** How an exchange ended that failed. */
export interface Ended {
  /** By its time limit. */
  readonly late: boolean;
  /** By its caller. */
  readonly cancelled: boolean;
}

/** A second covers nearly every look-up, of a name that is known and of one that is not. */
const REFUSE_EVERY_MS = 1000;

/**
 * The way to hosts that are not ours: an address is checked as text and again as it is dialled, by default only public ones pass,
 * and every exchange ends with its time limit or its caller's signal, whatever it waits for.
 */
export class Guard {
  private readonly options: GuardOptions;
  private readonly policy: UrlPolicy;
  /** Of all calls, where there is one for all; made for the first. */
  private kept: Agent | null = null;

  constructor(options: GuardOptions) {
    this.options = options;
    this.policy = {
      allowHttp: options.allowHttp ?? false,
      extraPorts: options.extraPorts ?? [],
      isAllowedAddress: options.isAllowedAddress ?? isPublicAddress,
      allowInternalNames: options.allowInternalNames ?? options.lookup !== undefined,
    };
  }

  /** The URL, or VALIDATION_007. No name is looked up. */
  check(address: string): URL {
    return checkUrl(address, this.policy);
  }

  /** Runs requests over `dispatcher`. What fails is thrown as `explain` makes it; an address that is refused is VALIDATION_007. */
  async exchange<T>(
    run: (dispatcher: Agent, signal: AbortSignal) => Promise<T>,
    explain: (thrown: unknown, ended: Ended) => Error,
    signal?: AbortSignal,
  ): Promise<T> {
    const deadline = AbortSignal.timeout(this.options.timeoutMs);
    const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
    let isLooking = false;
    const onLooking = (now: boolean) => {
      isLooking = now;
    };
    const agent = this.options.keepAlive ? this.keep() : this.dial(stop, onLooking);
    // undici hears of the signal only once it is connected; a name that never comes, or a host that is silent, is not.
    const ended = Promise.withResolvers<never>();
    const end = () => ended.reject(stop.reason);
    try {
      stop.throwIfAborted();
      stop.addEventListener('abort', end, { once: true });
      return await Promise.race([run(agent, stop), ended.promise]);
    } catch (thrown) {
      const cancelled = signal?.aborted ?? false;
      if (deadline.aborted && isLooking && !cancelled) {
        throw explain(unusableHost(thrown), { late: false, cancelled });
      }
      throw explain(thrown, { late: deadline.aborted, cancelled });
    } finally {
      stop.removeEventListener('abort', end);
      if (agent !== this.kept) agent.destroy().catch(() => {});
    }
  }

  /** Ends what a guard with `keepAlive` holds. */
  async close(): Promise<void> {
    await this.kept?.destroy();
  }

  private keep(): Agent {
    this.kept ??= this.dial(new AbortController().signal, () => {});
    return this.kept;
  }

  private dial(signal: AbortSignal, onLooking: (looking: boolean) => void): Agent {
    const { lookup, ca, timeoutMs, keepAlive, refuseEveryMs } = this.options;
    return createAgent({
      lookup: lookup ?? resolveAll,
      isAllowedAddress: this.policy.isAllowedAddress,
      ca,
      timeoutMs,
      ...(keepAlive !== undefined && { keepAlive }),
      refuseEveryMs: refuseEveryMs ?? (keepAlive ? 1 : REFUSE_EVERY_MS),
      signal,
      onLooking,
    });
  }
}

/**
 * What goes wrong with a call. `lose`: done, and the answer never comes; `lie`: answered as if it had failed, and done
 * all the same, after `ms` where that is given; `late`: done and answered only after so many ms of the wall's time.
 */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterS?: number; readonly detail?: string }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'lose' }
  | { readonly kind: 'lie'; readonly status: number; readonly ms?: number }
  | { readonly kind: 'broken' }
  | { readonly kind: 'late'; readonly ms: number };

export interface FaultRule {
  readonly method?: string;
  /** Found in the path. */
  readonly path?: string;
  /** How often; else always. */
  readonly times?: number;
  readonly fault: Fault;
}

export class Faults {
  private rules: { rule: FaultRule; left: number }[] = [];

  add(rule: FaultRule): void {
    this.rules.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.rules = [];
  }

  next(method: string, path: string): Fault | null {
    for (const one of this.rules) {
      const { rule } = one;
      if (one.left <= 0 || (rule.method ?? method) !== method || !path.includes(rule.path ?? '')) continue;
      one.left--;
      return rule.fault;
    }
    return null;
  }
}

export type Action = 'start' | 'stop' | 'restart' | 'scale' | 'terminate';
type State = 'pending' | 'starting' | 'running' | 'stopping' | 'stopped' | 'error' | 'updating' | 'terminated';
type Permission = 'servers:control' | 'servers:delete';

interface Offered {
  readonly from: readonly State[];
  /** And in these by force. */
  readonly forced: readonly State[];
  /** Not of what is protected. */
  readonly guarded: boolean;
  readonly permission: Permission;
  readonly icon: string;
}

/** As the server judges it (`src/fleet/actions.ts`; a test compares them). */
export const ACTIONS: Readonly<Record<Action, Offered>> = {
  start: {
    from: ['stopped', 'error'],
    forced: ['stopping'],
    guarded: false,
    permission: 'servers:control',
    icon: 'i-lucide-play',
  },
  stop: {
    from: ['running', 'pending', 'starting'],
    forced: ['updating', 'stopping', 'error'],
    guarded: true,
    permission: 'servers:control',
    icon: 'i-lucide-square',
  },
  restart: {
    from: ['running'],
    forced: ['starting', 'updating', 'error'],
    guarded: false,
    permission: 'servers:control',
    icon: 'i-lucide-rotate-cw',
  },
  scale: {
    from: ['running', 'stopped'],
    forced: ['starting', 'updating'],
    guarded: false,
    permission: 'servers:control',
    icon: 'i-lucide-scaling',
  },
  terminate: {
    from: ['running', 'stopped', 'error'],
    forced: ['pending', 'starting', 'stopping', 'updating'],
    guarded: true,
    permission: 'servers:delete',
    icon: 'i-lucide-trash-2',
  },
};

/** What may be done with a server in its state; what nobody may do now is not there. */
export function actionsOf(
  server: { readonly state: State; readonly type: 'serverless' | 'timed'; readonly protected: boolean },
  may: (permission: Permission) => boolean,
): Action[] {
  return (Object.keys(ACTIONS) as Action[]).filter((action) => {
    const { from, forced, guarded, permission } = ACTIONS[action];
    if (!may(permission) || (guarded && server.protected)) return false;
    if (action === 'scale' && server.type !== 'serverless') return false;
    return from.includes(server.state) || forced.includes(server.state);
  });
}

export const needsForce = (action: Action, state: State): boolean => !ACTIONS[action].from.includes(state);

const RUNS: ReadonlySet<State> = new Set(['pending', 'starting', 'running', 'updating']);

/** Whether it begins to cost what it does not cost yet. */
export const beginsToCost = (action: Action, state: State): boolean =>
  action === 'scale' || ((action === 'start' || action === 'restart') && !RUNS.has(state));

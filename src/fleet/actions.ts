import type { ServerAction, ServerState, ServerType } from '../contract/server.ts';
import { AppError } from '../errors.ts';
import type { ServerRecord } from './record.ts';

interface Rule {
  /** In these states. */
  readonly from: readonly ServerState[];
  /** And in these with force. */
  readonly forced: readonly ServerState[];
  /** Meanwhile. */
  readonly during: ServerState;
  readonly goal: ServerRecord['goal'] | 'as before';
  /** Not while it works on a request, unless forced. */
  readonly spares: boolean;
  /** What is protected is left alone, forced or not. */
  readonly guarded: boolean;
}

/** Which action is allowed in which state, and where it leads. */
export const RULES: Readonly<Record<ServerAction, Rule>> = {
  start: {
    from: ['stopped', 'error'],
    forced: ['stopping'],
    during: 'starting',
    goal: 'running',
    spares: false,
    guarded: false,
  },
  stop: {
    from: ['running', 'pending', 'starting'],
    forced: ['updating', 'stopping', 'error'],
    during: 'stopping',
    goal: 'stopped',
    spares: true,
    guarded: true,
  },
  restart: {
    from: ['running'],
    forced: ['starting', 'updating', 'error'],
    during: 'starting',
    goal: 'running',
    spares: true,
    guarded: false,
  },
  scale: {
    from: ['running', 'stopped'],
    forced: ['starting', 'updating'],
    during: 'updating',
    goal: 'as before',
    spares: false,
    guarded: false,
  },
  update: {
    from: ['running', 'stopped'],
    forced: ['starting', 'updating', 'error'],
    during: 'updating',
    goal: 'as before',
    spares: true,
    guarded: false,
  },
  terminate: {
    from: ['running', 'stopped', 'error'],
    forced: ['pending', 'starting', 'stopping', 'updating'],
    during: 'stopping',
    goal: 'terminated',
    spares: true,
    guarded: true,
  },
};

type Judged = Pick<ServerRecord, 'id' | 'state' | 'protected' | 'intent'>;

/** Throws SERVER_002 where it may not be done now. `isLeft`: whoever was at it is gone, so nothing is awaited. */
export function checkAction(record: Judged, action: ServerAction, force: boolean, isLeft = false): void {
  const { id, state } = record;
  const { from, forced, guarded } = RULES[action];
  if (guarded && record.protected) {
    throw new AppError('SERVER_002', {
      message: 'The server is protected.',
      advice:
        'Take the protection off first ("protected": false in its configuration, or "h200-mug deploy unprotect").',
      details: { server_id: id, action },
    });
  }
  if (from.includes(state) || ((force || isLeft) && forced.includes(state))) return;
  const could = forced.includes(state);
  throw new AppError('SERVER_002', {
    message: `The server is ${stateWords(record)}: "${action}" is not possible now.`,
    advice: could ? 'Wait until that is over, or give "force": true.' : `It is possible when it is ${listOf(from)}.`,
    details: { server_id: id, state, action, possible_in: [...from], with_force: [...forced] },
  });
}

/** Throws VALIDATION_002 where there is no such thing for this type. */
export function checkType(type: ServerType, action: string): void {
  if (action !== 'scale' || type === 'serverless') return;
  throw new AppError('VALIDATION_002', {
    message: 'A timed server is one machine: it cannot be scaled.',
    advice: 'Create another one, or scale a serverless one.',
    details: { field: 'action', type },
  });
}

const stateWords = ({ state, intent }: Judged) =>
  intent === null ? state : `${state} ("${intent.action}" is under way)`;

const listOf = (states: readonly string[]) =>
  states.length === 1 ? states[0] : `${states.slice(0, -1).join(', ')} or ${states.at(-1)}`;

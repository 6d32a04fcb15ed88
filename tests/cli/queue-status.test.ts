import { expect, it } from 'vitest';
import { statusLines } from '../../src/cli/queue.ts';
import type { QueueStatus } from '../../src/contract/queue.ts';

const worker = (trouble: string | null) => ({
  worker_id: 'w1',
  host: 'desk',
  version: '1.0.0',
  model: 'desk-detector',
  concurrency: 2,
  trouble,
});
const status = (workers: unknown[], state = 'connected') =>
  ({
    name: 'default',
    state,
    depth: [],
    running: 0,
    per_minute: 0,
    late_per_minute: 0,
    dead: 0,
    workers,
  }) as unknown as QueueStatus;

it('says that nobody works, which is why everything is refused', () => {
  expect(statusLines(status([]))[1]).toContain('NO WORKER');
  expect(statusLines(status([worker('another version')]))[1]).toContain('NO WORKER');
  expect(statusLines(status([worker(null)])).join('\n')).not.toContain('NO WORKER');
  expect(statusLines(status([], 'unreachable')).join('\n')).not.toContain('NO WORKER');
});

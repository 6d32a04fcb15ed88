import { describe, expect, it } from 'vitest';
import { failedText, reportText } from '../../src/cli/deploy-report.ts';
import type { DeployReport } from '../../src/contract/deployment.ts';
import type { ServerInfo, ServerList } from '../../src/contract/server.ts';
import { AppError } from '../../src/errors.ts';
import { serversText } from '../../src/presentation/server-answer.ts';
import { createFakeFleet } from '../gateway/fake-fleet.ts';
import { localCall } from '../support/caller.ts';

describe('what a person reads of a deployment', () => {
  it('names the GPUs that were tried, and the seconds', () => {
    const tried = [
      { gpu: 'NVIDIA H200', provider_says: null },
      { gpu: 'NVIDIA H200 NVL', provider_says: 'none\nleft' },
    ];
    const text = failedText(new AppError('SERVER_004', { details: { tried }, retryAfterS: 60 }));
    expect(text).toContain('Tried: NVIDIA H200, NVIDIA H200 NVL.');
    expect(text).toContain('after 60 s');
  });

  it('has warnings be sentences, on one line each, whatever is in them', () => {
    const report = {
      ...{ type: 'timed', strategy: 'create', outcome: 'dry_run', message: 'Nothing.', plan: null, overlap: null },
      ...{ deployment: null, server: null, replaced: null, health: null, warnings: ['Give "--image".\nok\u001b[2J'] },
    } as unknown as DeployReport;
    expect(reportText(report)).toContain('warning: Give "--image". ok');
    expect(reportText(report)).not.toContain('\u001b');
  });
});

describe('what a person reads of servers', () => {
  const list = async (change: Partial<ServerInfo>): Promise<ServerList> => {
    const fleet = createFakeFleet();
    await fleet.create(localCall, { type: 'timed' });
    const found = await fleet.list(localCall);
    return {
      ...found,
      provider: { ...found.provider, state: 'ok', reconciled_at: '2026-01-01T08:00:00.000Z' },
      servers: found.servers.map((one) => ({ ...one, ...change })),
    };
  };

  it('is as old as the look at the server itself, not as one before it was made', async () => {
    const text = serversText(await list({ as_of: '2026-01-01T09:00:07.000Z' }));
    expect(text).toContain('States are as of 2026-01-01 09:00:07 UTC.');
    expect(text).not.toContain('08:00');
  });

  it('says when it is stopped to the second, and that the disk of a stopped one costs on', async () => {
    expect(serversText(await list({ idle_stop_at: '2026-01-01T09:06:40.000Z' }))).toContain(
      'is stopped at 2026-01-01 09:06:40 UTC, or at the next look after it',
    );
    const stopped = await list({ state: 'stopped', cost_per_hour: 0 });
    expect(serversText(stopped)).toContain('$0.00 an hour now but for its disk');
  });
});

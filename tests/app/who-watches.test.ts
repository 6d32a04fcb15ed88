import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { createApp } from '../../src/app/create-app.ts';
import { loadConfig } from '../../src/config/config.ts';
import { CameraSettings } from '../../src/contract/camera.ts';
import { localCall } from '../support/caller.ts';

vi.setConfig({ testTimeout: 120_000 });

it('a server over stdio, which only warms up, watches no camera; one that serves does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'h200-who-watches-'));
  const config = loadConfig({ LOG_LEVEL: 'silent', H200_DATA_DIR: join(folder, 'data'), H200_ALLOWED_ROOTS: folder });
  const app = await createApp(config, undefined, { delivery: 'never' });
  try {
    const source = { kind: 'folder' as const, address: folder };
    const settings = CameraSettings.parse({ name: 'desk', interval_s: 1, source });
    const { camera_id } = await app.services.cameras.create(localCall, settings);
    const watches = () => app.cameras.registry.get('delivery_lease', `camera ${camera_id}`);
    app.services.warm();
    await app.services.cameras.update(localCall, 'desk', { interval_s: 2 });
    await sleep(2000);
    expect(await watches()).toBeNull();
    app.watchCameras();
    await expect.poll(watches, { timeout: 60_000 }).not.toBeNull();
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

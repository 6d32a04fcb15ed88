import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RestServer, startRest } from '../gateway/rest/rest-server.ts';
import { type MongoServer, startMongoServer, stopMongoServer } from '../services/mongodb-server.ts';
import { freePort } from '../services/ports.ts';
import { ROOT } from '../support/documents.ts';
import { freshDatabase, MONGODB_COMMAND } from '../support/mongo.ts';

const PASSWORD = 'a long password of tests';
const photo = readFileSync(join(ROOT, 'examples/mug-too-close.jpg'));

describe.skipIf(MONGODB_COMMAND === null)('a server with users whose MongoDB is frozen', () => {
  let folder: string;
  let mongo: MongoServer;
  let server: RestServer;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'h200-mongo-logins-'));
    const port = await freePort();
    mongo = await startMongoServer({ command: MONGODB_COMMAND!, folder: join(folder, 'db'), port, durable: true });
    server = await startRest({
      MONGODB_ATLAS_URI: freshDatabase(`mongodb://127.0.0.1:${port}/?directConnection=true`),
      H200_ADMIN_USERNAME: 'root',
      H200_ADMIN_PASSWORD: PASSWORD,
    });
  }, 60_000);
  afterEach(async () => {
    mongo.process.kill('SIGCONT');
    await server.close();
    await stopMongoServer(mongo);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('still analyses for those who were logged in, stays ready, and lets nobody else in', async () => {
    const login = async () => {
      const { body } = await server.ask('POST', '/api/v1/auth/login', { username: 'root', password: PASSWORD });
      return { authorization: `Bearer ${body.access_token}` };
    };
    const [known, unused] = [await login(), await login()];
    const analyze = (headers: Record<string, string>) =>
      server.ask('POST', '/api/v1/analyze/with-feedback', { image: photo.toString('base64') }, headers);
    expect((await analyze(known)).status).toBe(200);
    // Nobody has asked /readyz before.
    mongo.process.kill('SIGSTOP');
    await expect
      .poll(async () => (await server.ask('GET', '/health')).body.checks.store.state, { timeout: 30_000 })
      .toBe('unreachable');
    const answer = await analyze(known);
    expect([answer.status, answer.body.stored]).toEqual([200, false]);
    const read = await server.ask('GET', '/api/v1/analyze/history', undefined, known);
    expect([read.status, read.body.error.code]).toEqual([503, 'DB_001']);
    expect(read.body.error.message).not.toContain('write');
    expect((await analyze(unused)).body.error.code).toBe('DB_001');
    expect((await analyze({ authorization: 'Bearer h200_none' })).status).toBe(503);
    expect((await server.ask('GET', '/readyz')).status).toBe(200);
    mongo.process.kill('SIGCONT');
    await expect.poll(async () => (await analyze(unused)).status, { timeout: 30_000 }).toBe(200);
  }, 120_000);
});

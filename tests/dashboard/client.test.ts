import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openApiDocument } from '../../scripts/dashboard-document.ts';

it("the dashboard's client is made of the OpenAPI document as it is; else run: npm run dashboard:client", async () => {
  const client = readFileSync(new URL('../../dashboard/src/api/schema.d.ts', import.meta.url), 'utf8');
  const fingerprint = createHash('sha256')
    .update(await openApiDocument())
    .digest('hex');
  expect(client.slice(0, client.indexOf('\n'))).toContain(fingerprint);
});

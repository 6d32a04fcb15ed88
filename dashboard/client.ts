import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

/** Writes the types of our API from its OpenAPI document, which comes on stdin; the root's `npm run dashboard:client` sends it. */
let document = '';
for await (const piece of process.stdin.setEncoding('utf8')) document += piece;
const types = astToString(await openapiTS(JSON.parse(document), { defaultNonNullable: false }));
const fingerprint = createHash('sha256').update(document).digest('hex');
writeFileSync(
  new URL('src/api/schema.d.ts', import.meta.url),
  `// Made by \`npm run dashboard:client\` of the document with SHA-256 ${fingerprint}.\n${types}`,
);

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { VARIABLES } from '../../src/config/config.ts';
import { ROOT } from '../support/documents.ts';

/**
 * What the registry's schema of 2025-12-11 asks for (static.modelcontextprotocol.io), as far as our entry uses it. Stricter than
 * that in one point: a key that the schema does not know is a mistake here.
 */
const version = z.string().regex(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/);
const ServerJson = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: version.max(255),
  packages: z
    .array(
      z.strictObject({
        registryType: z.enum(['npm', 'mcpb']),
        identifier: z.string(),
        version,
        runtimeHint: z.string(),
        transport: z.strictObject({ type: z.literal('stdio') }),
        environmentVariables: z.array(
          z.strictObject({
            name: z.string(),
            description: z.string(),
            format: z.enum(['string', 'number', 'boolean', 'filepath']),
          }),
        ),
      }),
    )
    .min(1),
});

const read = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
const pack = read('package.json');

describe('server.json', () => {
  const server = ServerJson.parse(read('server.json'));
  const [npm] = server.packages;

  it('is of the version and the name of the package', () => {
    expect([server.version, npm?.version]).toEqual([pack.version, pack.version]);
    expect(server.name).toBe(pack.mcpName);
    expect(npm?.identifier).toBe(pack.name);
  });

  it('names variables that there are', () => {
    for (const { name } of npm?.environmentVariables ?? []) expect(VARIABLES).toHaveProperty(name);
  });

  it.each([{ version: 'latest' }, { name: 'h200-mug' }, { description: 'x'.repeat(101) }, { tools: [] }])(
    'and what is none is seen: %j',
    (change) => expect(ServerJson.safeParse({ ...server, ...change }).success).toBe(false),
  );
});

import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, parse, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { endAnyway, offerModel } from '../src/cli/offer-model.ts';
import { readVariables } from '../src/config/config.ts';
import { VISION } from '../src/config/vision.ts';
import { testAsset } from './test-assets.ts';

/** The answer of a tool says what is wrong, and is printed already. */
class Refused extends Error {}

/**
 * The main job as an agent does it: a real MCP client starts the server over stdio, writes a rule, shows it a photo and
 * reads the answer. `npm run demo -- PHOTO` takes another photo. Nothing is kept but the annotated image, and the stronger
 * model, which is fetched once where there is a network (`--offline`: not).
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2).filter((arg) => arg !== '--offline');
const photo = resolve(args[0] ?? join(root, 'examples', 'mug-too-close.jpg'));
if (!isFile(photo)) {
  console.error(`There is no photo at ${photo}: give the path of a JPEG, PNG or WebP file.`);
  process.exit(2);
}
const sentence = 'Keep mugs at least 6 inches away from laptops';
const data = mkdtempSync(join(tmpdir(), 'h200-demo-'));
const models = process.env.H200_MODELS_DIR ?? testAsset('models');
const offered = await offerStronger();

const client = new Client({ name: 'demo', version: '1' });
const transport = new StdioClientTransport({
  command: process.execPath,
  args: [join(root, 'bin', 'h200-mug.js'), 'stdio'],
  env: {
    ...(process.env as Record<string, string>),
    H200_DATA_DIR: data,
    H200_ALLOWED_ROOTS: dirname(photo),
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
    ...(models && { H200_MODELS_DIR: models }),
  },
});

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly data?: string;
  readonly mimeType?: string;
}

async function call(name: string, args: Record<string, unknown>) {
  console.log(`\n> ${name} ${JSON.stringify(args)}`);
  const result = (await client.callTool({ name, arguments: args })) as {
    content: Block[];
    isError?: boolean;
    structuredContent?: Record<string, unknown>;
  };
  for (const block of result.content) if (block.text) console.log(block.text);
  return result;
}

async function done(name: string, args: Record<string, unknown>) {
  const result = await call(name, args);
  if (result.isError) throw new Refused(name);
  return result;
}

try {
  await client.connect(transport);
  console.log(`connected to ${client.getServerVersion()?.name} ${client.getServerVersion()?.version}`);
  await done('create_rule', { text: sentence });
  const analysis = await done('analyze_image', { image: photo });
  const id = String(analysis.structuredContent?.analysis_id);
  const annotated = await done('get_annotated_image', { analysis_id: id });
  const image = annotated.content.find((block) => block.type === 'image');
  if (!image?.data) throw new Error('no image came back');
  const out = join(root, 'out');
  mkdirSync(out, { recursive: true });
  const file = join(out, `${parse(photo).name}.annotated.${image.mimeType === 'image/webp' ? 'webp' : 'jpg'}`);
  writeFileSync(file, Buffer.from(image.data, 'base64'));
  console.log(`\nannotated image: ${file}`);
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  process.exitCode = 2;
} finally {
  await client.close();
  rmSync(data, { recursive: true, force: true });
  if (offered === 'no answer') endAnyway();
}

/** Not where the models for tests lie beside the clone. */
async function offerStronger() {
  if (process.env.H200_MODELS_DIR === undefined && models !== null) return 'there';
  return offerModel(readVariables(VISION, process.env), { offline: process.argv.includes('--offline') });
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

import { Command } from 'commander';
import { AppError } from '../errors.ts';
import { oneLine, printableJson } from '../plain-text.ts';
import type { SecretReference } from '../secrets/reference.ts';
import type { SecretReader } from '../secrets/secret-reader.ts';
import { print, tellLine } from './terminal.ts';

export const secretsCommand = (done: (status: number) => void) =>
  new Command('secrets')
    .description('secrets in Google Secret Manager and in files; none is ever printed')
    .addCommand(listCommand())
    .addCommand(setCommand())
    .addCommand(deleteCommand(done))
    .addCommand(checkCommand(done));

const listCommand = () =>
  new Command('list')
    .description('names of the secrets of a project in Secret Manager')
    .argument('[project]', 'GCP_PROJECT_ID when absent')
    .option('--json', 'one JSON document on stdout')
    .action((project: string | undefined, { json }: { json?: boolean }) =>
      withReader(async (reader) => {
        const listed = await reader.manager.list(project ?? (await projectOfEnvironment()));
        const lines = listed.map(({ name, created_at }) => `${name}  ${created_at ?? ''}`.trimEnd());
        print(json ? `${printableJson(listed, 2)}\n` : lines.map((line) => `${line}\n`).join(''));
      }),
    );

const setCommand = () =>
  new Command('set')
    .description('stores the text on stdin: as a new version in Secret Manager, or in a file for you alone')
    .argument('<reference>', 'gsm://project/name or file:///path')
    .action((text: string) =>
      withReader(async (reader) => {
        const reference = await whole(text);
        const value = await valueOfStdin();
        if (reference.kind === 'gsm') {
          const version = await reader.manager.set(reference.project, reference.name, value);
          tellLine(`stored as version ${version} of gsm://${reference.project}/${reference.name}`);
          return;
        }
        const { writeSecretFile } = await import('../secrets/secret-file.ts');
        await writeSecretFile(reference.path, value);
        tellLine(`stored in ${reference.path}`);
      }),
    );

const deleteCommand = (done: (status: number) => void) =>
  new Command('delete')
    .description('removes a secret with all its versions, or a file; exit 1 where there is none')
    .argument('<reference>', 'gsm://project/name or file:///path')
    .requiredOption('--yes', 'it cannot be brought back')
    .action((text: string) =>
      withReader(async (reader) => {
        const reference = await whole(text);
        const { removeSecretFile } = await import('../secrets/secret-file.ts');
        const removed =
          reference.kind === 'gsm'
            ? await reader.manager.remove(reference.project, reference.name)
            : await removeSecretFile(reference.path);
        tellLine(removed ? 'removed' : 'there is no such secret');
        if (!removed) done(1);
      }),
    );

const checkCommand = (done: (status: number) => void) =>
  new Command('check')
    .description('whether each secret of the environment can be had and is usable; exit 1 where one is not')
    .option('--json', 'one JSON document on stdout')
    .action(async ({ json }: { json?: boolean }) => {
      const { checkSecrets } = await import('./check-secrets.ts');
      const checks = await checkSecrets(process.env);
      const lines = checks.map(({ state, name, detail }) => `${oneLine(`${state.padEnd(6)}  ${name}: ${detail}`)}\n`);
      const none = checks.length === 0 ? 'no secret is set\n' : '';
      print(json ? `${printableJson(checks, 2)}\n` : lines.join('') + none);
      if (checks.some(({ state }) => state === 'failed')) done(1);
    });

async function withReader(run: (reader: SecretReader) => Promise<void>): Promise<void> {
  const { openReader } = await import('../app/read-settings.ts');
  const reader = await openReader(process.env);
  try {
    await run(reader);
  } finally {
    await reader.close();
  }
}

async function projectOfEnvironment(): Promise<string> {
  const [{ readVariables }, { SECRETS }] = await Promise.all([
    import('../config/config.ts'),
    import('../config/secrets.ts'),
  ]);
  const { GCP_PROJECT_ID } = readVariables(SECRETS, process.env);
  if (GCP_PROJECT_ID !== undefined) return GCP_PROJECT_ID;
  throw new AppError('VALIDATION_001', {
    message: 'No project is named.',
    advice: 'Name it behind "secrets list", or set GCP_PROJECT_ID.',
  });
}

/** A secret as a whole, its newest version: what is changed. */
async function whole(text: string): Promise<SecretReference> {
  const { parseReference } = await import('../secrets/reference.ts');
  const reference = parseReference(text);
  if (reference.key === null && (reference.kind === 'file' || reference.version === 'latest')) return reference;
  throw new AppError('SECRET_002', {
    message: 'Secrets are stored and removed as a whole.',
    advice: 'Leave out the version and the #key.',
  });
}

async function valueOfStdin(): Promise<string> {
  const { MAX_SECRET_BYTES, secretText } = await import('../secrets/secret-text.ts');
  if (process.stdin.isTTY) tellLine('type the secret, then ctrl-D');
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of process.stdin) {
    const bytes = Buffer.from(piece as Buffer);
    size += bytes.length;
    if (size > MAX_SECRET_BYTES) {
      throw new AppError('VALIDATION_002', { message: 'A secret has at most 64 KiB.', advice: 'Give a shorter one.' });
    }
    pieces.push(bytes);
  }
  return secretText(Buffer.concat(pieces));
}

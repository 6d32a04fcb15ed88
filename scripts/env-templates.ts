import { readFileSync, writeFileSync } from 'node:fs';
import { environmentTemplates } from './deploy/environment-templates.ts';

/** Writes .env.example and .env.runpod from the configuration; with --check a file that is out of date fails. */
const check = process.argv.includes('--check');
for (const [name, text] of Object.entries(environmentTemplates())) {
  const file = new URL(`../${name}`, import.meta.url);
  if (readFileSync(file, { encoding: 'utf8', flag: 'a+' }) === text) continue;
  if (check) {
    console.error(`${name} is out of date: node scripts/env-templates.ts`);
    process.exitCode = 1;
  } else writeFileSync(file, text);
}

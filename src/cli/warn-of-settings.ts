import type { Config } from '../config/config.ts';
import { tellLine } from './terminal.ts';

/**
 * Says to whoever reads the log which settings point at nothing: the data folder, the folders of photos and models that
 * somebody named. The server lives all the same, and every call says what it lacks.
 */
export async function warnOfSettings(config: Config, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const { checkSettings } = await import('./settings.ts');
  const isSet = (name: string) => (env[name] ?? '').trim() !== '';
  for (const { state, name, detail } of checkSettings(config, isSet, process.cwd())) {
    if (state === 'failed') tellLine(`h200-mug: ${name}: ${detail}`);
  }
}

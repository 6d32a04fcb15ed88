import type { Config } from '../config/config.ts';
import type { ModelReport } from '../vision/models/report.ts';
import type { Check } from './check.ts';

/** Whether the inference server of the configuration runs the models that are used, by what their first run was like. */
export function examineServer(
  {
    H200_INFERENCE_URL: url,
    H200_INFERENCE_FALLBACK: fallback,
  }: Pick<Config, 'H200_INFERENCE_URL' | 'H200_INFERENCE_FALLBACK'>,
  selected: readonly Pick<ModelReport, 'name' | 'provider' | 'provider_attempts'>[],
): Check {
  const name = 'inference server';
  if (url === undefined)
    return { name, state: 'off', detail: 'this machine runs the models: H200_INFERENCE_URL is unset' };
  const away = selected.filter(({ provider }) => provider !== 'remote');
  if (away.length === 0) {
    return { name, state: 'ok', detail: `${url} runs ${selected.map((one) => one.name).join(', ')}` };
  }
  const reasons = away.map(({ name, provider_attempts: tried }) => {
    const why = tried.find(({ provider }) => provider === 'remote')?.error ?? 'it was not asked';
    return `${name}: ${why}`;
  });
  const then = fallback === 'local' ? 'this machine runs these models itself' : 'analyses fail';
  return {
    name,
    state: 'failed',
    detail: `${url} does not run ${reasons.join('; ')}. So ${then}. "h200-mug models export-triton" writes what it must serve.`,
  };
}

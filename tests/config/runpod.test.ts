import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import type { ConfigError } from '../../src/config/config-error.ts';

const problem = (env: Record<string, string>) => {
  try {
    loadConfig(env);
    return '';
  } catch (error) {
    return (error as ConfigError).problems.join('\n');
  }
};

it('knows where RunPod is, and no key', () => {
  expect(loadConfig({})).toMatchObject({
    RUNPOD_API_KEY: undefined,
    RUNPOD_REST_URL: 'https://api.runpod.io/v2',
    RUNPOD_JOBS_URL: 'https://api.runpod.ai/v2',
    RUNPOD_LB_URL_TEMPLATE: 'https://{endpointId}.api.runpod.ai',
    RUNPOD_POD_URL_TEMPLATE: 'https://{podId}-{port}.proxy.runpod.net',
    FLASHBOOT_ENABLED: true,
  });
});

it('takes other addresses, without the slash at their end', () => {
  const env = {
    RUNPOD_REST_URL: 'http://127.0.0.1:8399/v2/',
    RUNPOD_LB_URL_TEMPLATE: 'http://localhost:1/lb/{endpointId}/',
  };
  expect(loadConfig(env)).toMatchObject({
    RUNPOD_REST_URL: 'http://127.0.0.1:8399/v2',
    RUNPOD_LB_URL_TEMPLATE: 'http://localhost:1/lb/{endpointId}',
  });
});

it('never takes RunPod itself for a fake', async () => {
  const { isOnThisMachine } = await import('../../src/config/runpod.ts');
  expect(loadConfig({ RUNPOD_SIMULATED: 'true' }).RUNPOD_SIMULATED).toBe(true);
  expect(isOnThisMachine('http://127.0.0.1:8399/v2')).toBe(true);
  for (const far of ['https://api.runpod.io/v2', 'http://127.0.0.1.evil.example/v2', 'https://localhost.evil.example'])
    expect(isOnThisMachine(far)).toBe(false);
});

it.each([
  ['RUNPOD_REST_URL', 'http://api.runpod.io/v2', /https, or http on this machine/],
  ['RUNPOD_JOBS_URL', 'http://localhost.evil.example/v2', /https, or http on this machine/],
  ['RUNPOD_REST_URL', 'https://user:word@api.runpod.io/v2', /no user and no password/],
  ['RUNPOD_REST_URL', 'https://api.runpod.io/v2?key=1', /must end with/],
  ['RUNPOD_LB_URL_TEMPLATE', 'https://api.runpod.ai', /must contain \{endpointId\}/],
  ['RUNPOD_LB_URL_TEMPLATE', 'http://{endpointId}.api.runpod.ai', /https, or http on this machine/],
  ['RUNPOD_POD_URL_TEMPLATE', 'https://{podId}.proxy.runpod.net', /must contain \{podId\} and \{port\}/],
  ['RUNPOD_API_KEY', 'two words of it', /must be one word/],
  ['RUNPOD_NETWORK_VOLUME_ID', '../x', /must be the id of a volume/],
])('%s cannot be %s', (name, value, words) => {
  expect(problem({ [name]: value })).toMatch(words);
});

it('never shows the key', () => {
  expect(problem({ RUNPOD_API_KEY: 'two words of it' })).not.toContain('words of it');
});

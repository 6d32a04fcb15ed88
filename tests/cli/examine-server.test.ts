import { describe, expect, it } from 'vitest';
import { examineServer } from '../../src/cli/examine-server.ts';

const there = { name: 'a', provider: 'remote', provider_attempts: [] };
const away = {
  name: 'b',
  provider: 'cpu',
  provider_attempts: [{ provider: 'remote', error: 'unreachable: no connection' }],
};
const url = 'http://triton:8000';

describe('the inference server for the doctor', () => {
  it('is off where none is configured', () => {
    expect(examineServer({ H200_INFERENCE_URL: undefined, H200_INFERENCE_FALLBACK: 'local' }, [away]).state).toBe(
      'off',
    );
  });

  it('is well when it runs all models that are used', () => {
    const check = examineServer({ H200_INFERENCE_URL: url, H200_INFERENCE_FALLBACK: 'local' }, [there]);
    expect(check).toMatchObject({ state: 'ok', detail: 'http://triton:8000 runs a' });
  });

  it.each([
    ['local', 'this machine runs these models itself'],
    ['none', 'analyses fail'],
  ] as const)('is ill when it does not, whoever runs them then: %s', (fallback, then) => {
    const check = examineServer({ H200_INFERENCE_URL: url, H200_INFERENCE_FALLBACK: fallback }, [there, away]);
    expect(check.state).toBe('failed');
    expect(check.detail).toContain('b: unreachable: no connection');
    expect(check.detail).toContain(then);
    expect(check.detail).not.toContain('a:');
  });
});

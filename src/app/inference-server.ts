import type { Config } from '../config/config.ts';
import type { InferenceServer } from '../vision/runtime/inference-server/settings.ts';

/** Null: none is configured. `token` as it is now. */
export function inferenceServer(config: Config, token: () => string | undefined): InferenceServer | null {
  if (config.H200_INFERENCE_URL === undefined) return null;
  return {
    url: config.H200_INFERENCE_URL,
    token,
    timeoutMs: config.H200_INFERENCE_TIMEOUT_MS,
    requests: config.H200_INFERENCE_REQUESTS,
    fallback: config.H200_INFERENCE_FALLBACK,
  };
}

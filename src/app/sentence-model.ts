import type { Config } from '../config/config.ts';
import { createOpenAiSentenceModel } from '../language/llm/openai.ts';
import type { SentenceModel } from '../language/llm/sentence-model.ts';

/** The language model behind the grammar, when a key or a server for one is configured. */
export function sentenceModel(config: Config): SentenceModel | undefined {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model } = config;
  if (!apiKey && !baseUrl) return undefined;
  return createOpenAiSentenceModel({ apiKey: apiKey ?? 'none', model, ...(baseUrl && { baseUrl }) });
}

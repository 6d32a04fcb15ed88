import type { Config } from '../config/config.ts';
import { createOpenAiSentenceModel } from '../language/llm/openai.ts';
import type { SentenceModel } from '../language/llm/sentence-model.ts';

/** The language model behind the grammar, when a key or a server for one is configured. */
export function sentenceModel(config: Config, currentKey = () => config.OPENAI_API_KEY): SentenceModel | undefined {
  const { OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model } = config;
  if (!currentKey() && !baseUrl) return undefined;
  return createOpenAiSentenceModel({ apiKey: () => currentKey() ?? 'none', model, ...(baseUrl && { baseUrl }) });
}

import { useDebounceFn } from '@vueuse/core';
import { computed, type Ref, ref, shallowRef, watch } from 'vue';
import { ApiError } from '../../api/api-error.ts';
import { type Given, type Reading, readSentence } from './rules.ts';

const WAIT_MS = 250;

/** What was not understood of a sentence, and what would be. */
export interface Refusal {
  readonly message: string;
  readonly advice: string;
  readonly unknown: readonly string[];
  readonly suggestions: readonly string[];
  readonly question: string | null;
}

/** How the sentence is understood as it is typed: the answer is always of the newest words. */
export function useReading(given: Ref<Given>) {
  const reading = shallowRef<Reading | null>(null);
  const refusal = shallowRef<Refusal | null>(null);
  const failed = shallowRef<unknown>(null);
  const busy = ref(false);
  let running: AbortController | undefined;

  const read = useDebounceFn(async () => {
    running?.abort();
    const { text } = given.value;
    if (text.trim() === '') return forget();
    const mine = new AbortController();
    running = mine;
    busy.value = true;
    try {
      const found = await readSentence({ ...given.value, text: text.trim() }, mine.signal);
      if (running !== mine) return;
      forget();
      reading.value = found;
    } catch (thrown) {
      if (running !== mine || mine.signal.aborted) return;
      forget();
      if (thrown instanceof ApiError && thrown.code === 'RULES_004') refusal.value = refusalOf(thrown);
      else failed.value = thrown;
    } finally {
      if (running === mine) busy.value = false;
    }
  }, WAIT_MS);

  function forget(): void {
    reading.value = null;
    refusal.value = null;
    failed.value = null;
  }

  watch(given, () => void read(), { deep: true, immediate: true });
  return { reading, refusal, failed, busy, understood: computed(() => reading.value !== null && !busy.value) };
}

function refusalOf({ message, advice, details }: ApiError): Refusal {
  const texts = (value: unknown) => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
  return {
    message,
    advice,
    unknown: texts(details.unknown),
    suggestions: texts(details.suggestions),
    question: typeof details.question === 'string' ? details.question : null,
  };
}

/** The sentence in pieces, those marked that were not understood. */
export function markedPieces(
  text: string,
  unknown: readonly string[],
): { readonly text: string; readonly marked: boolean }[] {
  const pieces: { text: string; marked: boolean }[] = [];
  let at = 0;
  for (const words of unknown) {
    const found = text.toLowerCase().indexOf(words.toLowerCase(), at);
    if (found === -1) continue;
    if (found > at) pieces.push({ text: text.slice(at, found), marked: false });
    pieces.push({ text: text.slice(found, found + words.length), marked: true });
    at = found + words.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), marked: false });
  return pieces;
}

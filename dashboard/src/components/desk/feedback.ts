import { ref, watch } from 'vue';
import { answer, api } from '../../api/client.ts';
import type { Verdict } from '../../scene-view/types.ts';

const WHOLE = '';
const keyOf = (rule: string | null, object: string | null) => (rule ? `${rule} ${object ?? ''}` : WHOLE);

/** What this person said of an analysis: of all of it (key '') and of its verdicts. */
export function useFeedback(id: () => string, isStored: () => boolean) {
  const said = ref<ReadonlyMap<string, boolean>>(new Map());
  const error = ref<unknown>(null);

  async function load(): Promise<void> {
    said.value = new Map();
    if (!isStored()) return;
    const asked = id();
    const given = await answer(
      api.GET('/api/v1/analyze/feedback', { params: { query: { analysis_id: asked } } }),
    ).catch(() => []);
    if (asked === id()) said.value = new Map(given.map((one) => [keyOf(one.rule_id, one.object_id), one.is_correct]));
  }
  watch(id, () => void load(), { immediate: true });

  async function say(isCorrect: boolean, about: Verdict | null, comments?: string): Promise<void> {
    error.value = null;
    const object = about?.objects[0];
    try {
      await answer(
        api.POST('/api/v1/analyze/feedback', {
          body: {
            analysis_id: id(),
            is_correct: isCorrect,
            ...(about && { rule_id: about.rule_id }),
            ...(about && object !== undefined && { object_id: object }),
            ...(comments && { comments }),
          },
        }),
      );
      said.value = new Map(said.value).set(keyOf(about?.rule_id ?? null, object ?? null), isCorrect);
    } catch (thrown) {
      error.value = thrown;
    }
  }
  return { said, say, error };
}

import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, onScopeDispose, type Ref, ref, watch } from 'vue';
import { errorOf } from '../../../api/api-error.ts';
import { authorizedFetch } from '../../../api/authorized-fetch.ts';
import { addressOf } from '../../../api/transport.ts';

/** The last picture of a camera, its privacy zones black, as an address for an image; null: there is none. */
export function useSnapshot(camera: Ref<string>, takenAt: Ref<string | null>) {
  const query = useQuery({
    queryKey: computed(() => ['cameras', camera.value, 'snapshot', takenAt.value]),
    enabled: computed(() => takenAt.value !== null),
    gcTime: 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const url = addressOf(`api/v1/cameras/${encodeURIComponent(camera.value)}/snapshot`);
      const response = await authorizedFetch(new Request(url, { signal }));
      if (!response.ok) throw await errorOf(response);
      return response.blob();
    },
  });
  const href = ref<string | null>(null);
  const forget = () => href.value && URL.revokeObjectURL(href.value);
  watch(
    query.data,
    (blob) => {
      forget();
      href.value = blob ? URL.createObjectURL(blob) : null;
    },
    { immediate: true },
  );
  onScopeDispose(forget);
  return { href, query };
}

import { errorOf } from '../../api/api-error.ts';
import { authorizedFetch } from '../../api/authorized-fetch.ts';
import { addressOf } from '../../api/transport.ts';
import { save } from '../../composables/save.ts';
import type { TimeRange } from '../overview/figures.ts';

/** What a table of the API holds, as a file; what went wrong, or null. */
export async function saveTable(path: string, name: string, range: TimeRange): Promise<unknown> {
  try {
    const url = addressOf(path);
    url.searchParams.set('time_range', range);
    const response = await authorizedFetch(new Request(url));
    if (!response.ok) throw await errorOf(response);
    save(name, await response.blob());
    return null;
  } catch (thrown) {
    return thrown;
  }
}

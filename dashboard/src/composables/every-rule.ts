import { answer, api } from '../api/client.ts';

const PAGE = 100;

/** All rules that this person may know, oldest first. */
export async function everyRule() {
  const found: Awaited<ReturnType<typeof somePage>> = [];
  for (let offset = 0; ; offset += PAGE) {
    const some = await somePage(offset);
    found.push(...some);
    if (some.length < PAGE) return found;
  }
}

const somePage = (offset: number) => answer(api.GET('/api/v1/rules', { params: { query: { limit: PAGE, offset } } }));

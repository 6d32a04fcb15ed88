import { ref } from 'vue';
import { base } from './api/transport.ts';

/** A part of this page is not on the server any more: it was updated while the page was open. */
export const isOutdated = ref(false);
/** The script of the page that was asked for is on its way. */
export const isLoading = ref(false);

const LOADED_ANEW = 'h200-loaded-anew';
const SOON_MS = 10_000;
const PATIENCE_MS = 10_000;

/** Tells of parts that are missing, wherever they are asked for: charts, texts, dialogs. */
export function watchParts(): void {
  window.addEventListener('vite:preloadError', () => void tell());
}

/** The page `path` could not be shown, as its script did not come: all is loaded anew there, once. */
export async function onMissingPart(error: unknown, path: string): Promise<void> {
  if (!(error instanceof TypeError) || !(await isReachable())) return;
  const last = Number(sessionStorage.getItem(LOADED_ANEW) ?? 0);
  if (Date.now() - last < SOON_MS) {
    isOutdated.value = true;
    return;
  }
  sessionStorage.setItem(LOADED_ANEW, String(Date.now()));
  location.hash = `#${path}`;
  location.reload();
}

async function tell(): Promise<void> {
  isOutdated.value = await isReachable();
}

/** Without its server nothing comes, and nothing is outdated by that. */
async function isReachable(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    return (await fetch(base, { method: 'HEAD', cache: 'no-store', headers: { accept: 'text/html' }, signal })).ok;
  } catch {
    return false;
  }
}

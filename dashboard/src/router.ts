import { ref } from 'vue';
import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router';
import { loadPageTexts } from './i18n/i18n.ts';
import { PAGES } from './pages/registry.ts';
import { may } from './session/session.ts';

declare module 'vue-router' {
  interface RouteMeta {
    /** Of `PAGES`. */
    page?: string;
  }
}

type Load = (typeof PAGES)[number]['load'];
/** A page is shown when its texts are there; those of the first are. */
const withTexts =
  (load: Load): Load =>
  async () =>
    (await Promise.all([load(), loadPageTexts()]))[0];

const routes: RouteRecordRaw[] = PAGES.flatMap(({ name, path, load, below = [] }) => [
  { name, path, component: path === '/' ? load : withTexts(load), meta: { page: name } },
  ...below.map((one) => ({ path: `${path}/${one.path}`, component: withTexts(one.load), meta: { page: name } })),
]);

/** Pages that this caller may open. */
export const allowedPages = () => PAGES.filter(({ permission }) => permission === null || may(permission));

/** When this page was last loaded anew for a part that was not there. */
const LOADED_ANEW = 'h200-loaded-anew';
const SOON_MS = 10_000;
/** A part of the page that the server does not have (any more): it was updated while this page was open. */
export const isOutdated = ref(false);

/** Loads the page anew, at `path` where one is given; false: that was just tried, and somebody must look. */
function loadAnew(path: string): boolean {
  const last = Number(sessionStorage.getItem(LOADED_ANEW) ?? 0);
  if (Date.now() - last < SOON_MS) return false;
  sessionStorage.setItem(LOADED_ANEW, String(Date.now()));
  location.hash = `#${path}`;
  location.reload();
  return true;
}

/** Behind the `#`, so that no address of the server is taken and every path prefix works. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [...routes, { path: '/:any(.*)*', component: () => import('./pages/NotFoundPage.vue') }],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

const isMissingPart = (error: unknown) => error instanceof TypeError && /module|import/i.test(error.message);
// Going to another page leaves what is typed on this one in any case.
router.onError((error, to) => {
  if (!isMissingPart(error) || !navigator.onLine) return;
  isOutdated.value = !loadAnew(to.fullPath);
});

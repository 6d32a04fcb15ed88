import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router';
import { loadPageTexts } from './i18n/i18n.ts';
import { isLoading, onMissingPart } from './outdated.ts';
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

/** Behind the `#`, so that no address of the server is taken and every path prefix works. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [...routes, { path: '/:any(.*)*', component: () => import('./pages/NotFoundPage.vue') }],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

router.beforeEach(() => {
  isLoading.value = true;
});
router.afterEach(() => {
  isLoading.value = false;
});
router.onError((error, to) => {
  isLoading.value = false;
  // Going to another page leaves what is typed on this one in any case.
  void onMissingPart(error, to.fullPath);
});

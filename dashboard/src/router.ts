import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router';
import { PAGES } from './pages/registry.ts';
import { may } from './session/session.ts';

declare module 'vue-router' {
  interface RouteMeta {
    /** Of `PAGES`. */
    page?: string;
  }
}

const routes: RouteRecordRaw[] = PAGES.flatMap(({ name, path, load, below = [] }) => [
  { name, path, component: load, meta: { page: name } },
  ...below.map((one) => ({ path: `${path}/${one.path}`, component: one.load, meta: { page: name } })),
]);

/** Pages that this caller may open. */
export const allowedPages = () => PAGES.filter(({ permission }) => permission === null || may(permission));

/** Behind the `#`, so that no address of the server is taken and every path prefix works. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [...routes, { path: '/:any(.*)*', component: () => import('./pages/NotFoundPage.vue') }],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

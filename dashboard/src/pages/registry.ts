import type { Component } from 'vue';
import type { Permission } from '../session/session.ts';

/** A page of the navigation. Its name is also the key of its title: `nav.NAME`. */
export interface Page {
  readonly name: string;
  readonly path: string;
  readonly icon: string;
  /** Without it the page is neither in the navigation nor served; null: everybody who is logged in. */
  readonly permission: Permission | null;
  readonly load: () => Promise<{ default: Component }>;
  /** Pages below it, without an entry of their own, such as `:analysis_id`. */
  readonly below?: readonly { readonly path: string; readonly load: () => Promise<{ default: Component }> }[];
}

/** In the order of the navigation. */
export const PAGES: readonly Page[] = [
  {
    name: 'overview',
    path: '/',
    icon: 'i-lucide-layout-dashboard',
    permission: 'servers:read',
    load: () => import('./overview/OverviewPage.vue'),
  },
  {
    name: 'analyse',
    path: '/analyse',
    icon: 'i-lucide-scan-search',
    permission: 'analysis:write',
    load: () => import('./analyse/AnalysePage.vue'),
  },
  {
    name: 'history',
    path: '/history',
    icon: 'i-lucide-history',
    permission: 'analysis:read',
    load: () => import('./history/HistoryPage.vue'),
    below: [
      { path: 'compare/:before/:after', load: () => import('./history/ComparePage.vue') },
      { path: ':analysis_id', load: () => import('./history/ResultPage.vue') },
    ],
  },
  {
    name: 'rules',
    path: '/rules',
    icon: 'i-lucide-scale',
    permission: 'rules:read',
    load: () => import('./rules/RulesPage.vue'),
  },
  {
    name: 'servers',
    path: '/servers',
    icon: 'i-lucide-server',
    permission: 'servers:read',
    load: () => import('./servers/ServersPage.vue'),
  },
  {
    name: 'metrics',
    path: '/metrics',
    icon: 'i-lucide-chart-line',
    permission: 'servers:read',
    load: () => import('./metrics/MetricsPage.vue'),
  },
  {
    name: 'cameras',
    path: '/cameras',
    icon: 'i-lucide-camera',
    permission: 'analysis:read',
    load: () => import('./cameras/CamerasPage.vue'),
  },
  {
    name: 'settings',
    path: '/settings',
    icon: 'i-lucide-settings',
    permission: null,
    load: () => import('./settings/SettingsPage.vue'),
  },
];

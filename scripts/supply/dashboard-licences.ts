import { licenceProblems } from './licences.ts';
import { type ProductionPackage, productionPackages } from './production-packages.ts';

const LOCKFILE = new URL('../../dashboard/package-lock.json', import.meta.url);

/** What the dashboard is built with and is neither permissive by its lockfile nor part of the page under its terms. */
export const DASHBOARD_EXCEPTIONS: readonly { name: RegExp; licence: string | null; why: string }[] = [
  {
    name: /^lightningcss/,
    licence: 'MPL-2.0',
    why: 'rewrites the style sheet while the page is built; nothing of it is in the page',
  },
  {
    name: /^vaul-vue$/,
    licence: null,
    why: 'names no licence in its package; the repository it is made of is MIT. A drawer of Nuxt UI',
  },
];

const exceptionOf = ({ name, licence }: ProductionPackage) =>
  DASHBOARD_EXCEPTIONS.find((one) => one.name.test(name) && one.licence === licence);

/** What the page and its build are made of; those for its tests are left out. */
export const dashboardPackages = (): ProductionPackage[] => productionPackages(LOCKFILE);

export const dashboardProblems = (packages: readonly ProductionPackage[]): string[] =>
  licenceProblems(packages.filter((one) => !exceptionOf(one)));

/** The exceptions that the lockfile holds, for the document. */
export const dashboardExceptions = () =>
  DASHBOARD_EXCEPTIONS.map((exception) => ({
    ...exception,
    packages: dashboardPackages()
      .filter((one) => exceptionOf(one) === exception)
      .map(({ name }) => name),
  }));

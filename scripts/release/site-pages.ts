/** What readers are sent to, as files and folders of the repository. */
export const SITE_SOURCES = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs',
  'models/cards',
  'skills',
];

/** Of what is below them: pages, and the pictures in them. */
export const isSiteFile = (path: string): boolean => /\.(?:md|webp|png|jpe?g|svg|gif)$/.test(path);

/** Links to what is no page and stays in the repository: all others must lead to something that is on the site. */
export const OFF_SITE = [/LICENSE$/, /\.json$/, /(?:examples|training|deploy|attack|eval)\//];

import { defineConfig } from 'vitepress';
import { OFF_SITE } from '../../scripts/release/site-pages.ts';

/**
 * The documents of the repository as they stand, in the order of docs/README.md. Nothing is loaded from elsewhere. What stands between
 * < and > in a sentence is no element of a page.
 */
const page = (text: string, link: string) => ({ text, link });

export default defineConfig({
  title: 'H200 Mug Positioning',
  description: 'Measures a desk photo in millimetres, checks positioning rules and proposes verified moves.',
  // scripts/site.ts copies them there.
  srcDir: 'pages',
  outDir: 'dist',
  cacheDir: 'node_modules/.cache/vitepress',
  rewrites: { 'README.md': 'index.md', 'docs/README.md': 'docs/index.md' },
  cleanUrls: false,
  lastUpdated: false,
  // tests/documents/links.test.ts looks whether all are there.
  ignoreDeadLinks: OFF_SITE,
  markdown: {
    config(md) {
      const asText = (html: string) =>
        /^<(?:!--|\/?(?:details|summary|br)\b)/i.test(html) ? html : md.utils.escapeHtml(html);
      md.renderer.rules.html_inline = (tokens, at) => asText(tokens[at]?.content ?? '');
      md.renderer.rules.html_block = (tokens, at) => asText(tokens[at]?.content ?? '');
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    nav: [page('By task', '/docs/'), page('Manual', '/docs/manual'), page('Troubleshooting', '/docs/troubleshooting')],
    sidebar: [
      {
        text: 'Use it',
        items: [
          page('User manual', '/docs/manual'),
          page('Setup', '/docs/setup'),
          page('Dashboard', '/docs/dashboard'),
          page('Rule language', '/docs/rule-language'),
          page('Rules in time', '/docs/rules-in-time'),
          page('Placement', '/docs/placement'),
          page('Accuracy', '/docs/accuracy'),
          page('Decided on real photos', '/docs/accuracy-desk60'),
          page('Command line', '/docs/command-line'),
          page('Privacy', '/docs/privacy'),
          page('Honest limits', '/docs/limits'),
          page('Watch a camera', '/docs/watch'),
          page('How well watching works', '/docs/watch-accuracy'),
          page('Troubleshooting', '/docs/troubleshooting'),
        ],
      },
      {
        text: 'Build on it',
        items: [
          page('Tools, resources, prompts', '/docs/api/tools'),
          page('MCP', '/docs/mcp'),
          page('Every route', '/docs/api/endpoints'),
          page('REST', '/docs/rest'),
          page('Error codes', '/docs/error-codes'),
          page('Agents', '/docs/agents'),
          page('A2A', '/docs/a2a'),
          page('Notifications', '/docs/notifications'),
        ],
      },
      {
        text: 'Run it',
        items: [
          page('Configuration', '/docs/configuration'),
          page('Permissions', '/docs/permissions'),
          page('Deploy', '/docs/deploy'),
          page('Monitoring', '/docs/monitoring'),
          page('Alerts', '/docs/alerts'),
          page('Operations', '/docs/operations'),
          page('Scale', '/docs/scale'),
          page('GPU', '/docs/gpu'),
          page('Inference server', '/docs/inference-server'),
          page('GPU servers', '/docs/servers'),
          page('Worker at RunPod', '/docs/worker'),
          page('Faults', '/docs/faults'),
          page('Faults: MongoDB', '/docs/faults-mongodb'),
          page('Faults: Redis', '/docs/faults-redis'),
          page('Faults: the bucket', '/docs/faults-s3'),
          page('Faults: rollouts', '/docs/faults-rollouts'),
          page('Performance', '/docs/performance'),
          page('Security', '/docs/security'),
          page('Report a weakness', '/SECURITY'),
        ],
      },
      {
        text: 'Work on it',
        items: [
          page('Contributing', '/CONTRIBUTING'),
          page('Architecture', '/docs/architecture'),
          page('Changes', '/CHANGELOG'),
          page('Licences', '/docs/licenses'),
        ],
      },
    ],
  },
});

import type { IForbiddenRuleType } from 'dependency-cruiser';

/** Who may import whom. Reasons: docs/architecture.md. */
const PURE = '^src/(scene|placement)/|^src/rules/(?!rule-book|llm)';
const ADAPTERS = '^src/(storage|image|vision/(?!detection|report|classes))';
const NODE_IO = '^(node:)?(fs|net|http|https|http2|dns|child_process|worker_threads|cluster|os|process)(/|$)';
const PACKAGES = 'node_modules/(?!zod/)';

const rule = (name: string, from: string, to: string, comment: string): IForbiddenRuleType => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: to },
});

export const forbidden: IForbiddenRuleType[] = [
  rule('pure-no-packages', PURE, PACKAGES, 'scene, rules core and placement import zod and nothing else'),
  rule('pure-no-io', PURE, NODE_IO, 'scene, rules core and placement do no I/O'),
  rule(
    'pure-no-upward',
    PURE,
    '^src/(storage|image/(?!image\\.ts)|gateway|telemetry|events|app|main|config)',
    'no import runs upward',
  ),
  rule('scene-below-rules', '^src/scene/', '^src/(rules|placement|analysis)/', 'scene knows nothing of rules'),
  rule('rules-below-placement', '^src/rules/', '^src/placement/', 'rules know nothing of moves'),
  rule(
    'analysis-only-ports',
    '^src/analysis/',
    '^src/(storage|vision/(?!detection|report)|image/(?!image)|gateway|events|app|main)',
    'analysis knows ports',
  ),
  rule(
    'surfaces-no-adapters',
    '^(src/gateway|tools|resources|prompts)/',
    ADAPTERS,
    'protocols and tools call services',
  ),
  rule(
    'surfaces-no-app',
    '^(src/gateway|tools|resources|prompts)/',
    '^src/(app|main)\\.ts',
    'only the program knows all parts',
  ),
  rule(
    'adapters-no-surfaces',
    '^src/(storage|image|vision|telemetry|events)/',
    '^(src/gateway|tools|resources|prompts|src/app|src/main)',
    'no import runs upward',
  ),
  rule(
    'only-main-knows-app',
    '^(src/(?!main|cli/|app)|tools|resources|prompts)',
    '^src/app\\.ts',
    'app.ts is the composition root',
  ),
  { name: 'no-circles', severity: 'error', comment: 'no circles', from: {}, to: { circular: true } },
  {
    name: 'declared-packages',
    severity: 'error',
    comment: 'packages come from dependencies',
    from: { path: '^(src|tools|resources|prompts)' },
    to: {
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'],
    },
  },
];

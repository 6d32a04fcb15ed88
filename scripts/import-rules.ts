import type { IForbiddenRuleType } from 'dependency-cruiser';

/** Who may import whom. Reasons: docs/architecture.md. */
const PURE = '^src/(scene|rules|conflicts|placement|language/grammar|agent|watch/core)/';
const ADAPTERS =
  '^src/(storage|secrets|tls|computing|network|outgoing|image|peer-agents|fleet/runpod|watch/sources|vision/(?!models/report))';
const NODE_IO = '^(node:)?(fs|net|http|https|http2|dns|child_process|worker_threads|cluster|os|process)(/|$)';
const PACKAGES = 'node_modules/(?!zod/)';
const SURFACES = '^(src/gateway|tools|resources|prompts)/';

const rule = (name: string, from: string, to: string, comment: string): IForbiddenRuleType => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: to },
});

export const forbidden: IForbiddenRuleType[] = [
  rule('contract-is-the-ground', '^src/contract/', '^src/(?!contract/|errors)', 'contract imports nothing of ours'),
  rule('pure-no-packages', PURE, PACKAGES, 'the core imports zod and nothing else'),
  rule('pure-no-io', PURE, NODE_IO, 'the core does no I/O'),
  rule(
    'pure-no-upward',
    PURE,
    '^src/(storage|image/(?!image\\.ts)|gateway|telemetry|events|app|main|config|ports)',
    'no import runs upward',
  ),
  rule(
    'runtime-knows-no-task',
    '^src/vision/runtime/',
    '^src/vision/(?!runtime/|models/)',
    'the pool runs any task, and is told which',
  ),
  rule('scene-below-rules', '^src/scene/', '^src/(rules|placement|analysis)/', 'scene knows nothing of rules'),
  rule('rules-below-placement', '^src/rules/', '^src/(placement|conflicts|rulebook)/', 'rules know nothing of moves'),
  rule(
    'services-only-ports',
    '^src/(analysis|rulebook|calibrations|feedback|idempotency|export|jobs|search|delegation|agent-tasks|notifications|routing|fleet/(?!runpod/)|watch/(?!sources/))/',
    '^src/(storage|computing|network|peer-agents|watch/sources|vision/(?!models/report)|image/(?!image)|gateway|events|app|main)',
    'services know ports',
  ),
  rule('surfaces-no-adapters', SURFACES, ADAPTERS, 'protocols and tools call services'),
  rule(
    'words-are-read-in-agent',
    '^src/gateway/(a2a|agui)/',
    '^src/language/grammar/',
    'what words of other agents mean is read in src/agent',
  ),
  rule('tools-are-handed-in', '^src/(?!app/)', '^(tools|resources|prompts)/', 'tools are handed in'),
  rule(
    'ships-no-tests',
    '^(src|tools|resources|prompts)/',
    '^(tests|scripts|bench|eval|attack)/',
    'what ships needs no test',
  ),
  rule(
    'adapters-no-surfaces',
    '^src/(storage|queue|secrets|tls|computing|network|outgoing|image|peer-agents|fleet/runpod|vision|telemetry|events)/',
    '^(src/gateway|tools|resources|prompts|src/app|src/main)',
    'no import runs upward',
  ),
  rule('only-cli-knows-app', '^(src/(?!main|cli/|app/)|tools|resources|prompts)', '^src/app/', 'app joins all parts'),
  {
    name: 'one-import-of-the-runtime',
    severity: 'error',
    comment: 'it reports to its maker unless no-telemetry is imported first',
    from: { pathNot: '^src/vision/runtime/onnxruntime\\.ts$' },
    to: { path: 'onnxruntime-node', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'one-room-of-the-mongodb-driver',
    severity: 'error',
    comment: 'it is loaded where MongoDB is configured, and its errors become ours there',
    from: { path: '^(src|tools|resources|prompts)/', pathNot: '^src/storage/mongo/' },
    to: { path: 'node_modules/mongodb/' },
  },
  {
    name: 'mongodb-is-loaded-late',
    severity: 'error',
    comment: 'a start without MongoDB loads no driver',
    from: { path: '^src/', pathNot: '^src/storage/mongo/' },
    to: { path: '^src/storage/mongo/(?!store-name)', dependencyTypesNot: ['dynamic-import', 'type-only'] },
  },
  {
    name: 'secret-manager-is-loaded-late',
    severity: 'error',
    comment: 'a start without secrets of Google loads no client of it',
    from: { path: '^(src|tools|resources|prompts)/' },
    to: { path: 'node_modules/(@google-cloud|google-)', dependencyTypesNot: ['dynamic-import', 'type-only'] },
  },
  {
    name: 'one-room-of-the-redis-client',
    severity: 'error',
    comment: 'it is loaded where Redis is configured',
    from: { path: '^(src|tools|resources|prompts)/', pathNot: '^src/storage/redis/' },
    to: { path: 'node_modules/ioredis/' },
  },
  {
    name: 'redis-is-loaded-late',
    severity: 'error',
    comment: 'a start without Redis loads no client',
    from: { path: '^src/', pathNot: '^src/(storage/redis|queue)/' },
    to: { path: '^src/storage/redis/(?!reply-errors)', dependencyTypesNot: ['dynamic-import', 'type-only'] },
  },
  {
    name: 'queue-is-loaded-late',
    severity: 'error',
    comment: 'a start without a queue loads nothing of it',
    from: { path: '^src/', pathNot: '^src/queue/' },
    to: { path: '^src/queue/(?!service)', dependencyTypesNot: ['dynamic-import', 'type-only'] },
  },
  {
    name: 'queue-service-loads-nothing',
    severity: 'error',
    comment: 'it is there without a queue too',
    from: { path: '^src/queue/service' },
    to: { path: '^src/(queue|storage)/' },
  },
  {
    name: 'one-room-of-bullmq',
    severity: 'error',
    comment: 'it is loaded where a queue is configured',
    from: { path: '^(src|tools|resources|prompts)/', pathNot: '^src/queue/' },
    to: { path: 'node_modules/bullmq/' },
  },
  {
    name: 's3-is-loaded-late',
    severity: 'error',
    comment: 'a start without a bucket loads no SDK',
    from: { path: '^src/', pathNot: '^src/storage/s3/' },
    to: { path: '^src/storage/s3/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
  },
  {
    name: 'one-room-of-the-s3-sdk',
    severity: 'error',
    comment: 'its errors become ours there',
    from: { path: '^(src|tools|resources|prompts)/', pathNot: '^src/storage/s3/' },
    to: { path: 'node_modules/@aws-sdk/' },
  },
  {
    name: 'mail-is-loaded-late',
    severity: 'error',
    comment: 'a start without mail loads no client of it',
    from: { path: '^(src|tools|resources|prompts)/', pathNot: '^src/events/channels/email' },
    to: {
      path: '(node_modules/nodemailer/|^src/events/channels/email)',
      dependencyTypesNot: ['dynamic-import', 'type-only'],
    },
  },
  {
    name: 'a2a-client-is-loaded-late',
    severity: 'error',
    comment: 'a start that hands nothing on loads no client',
    from: { path: '^src/', pathNot: '^src/peer-agents/' },
    to: { path: '^src/peer-agents/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
  },
  {
    name: 'runpod-is-loaded-late',
    severity: 'error',
    comment: 'a start without a key loads no client',
    from: { path: '^src/', pathNot: '^src/fleet/runpod/' },
    to: { path: '^src/fleet/runpod/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
  },
  {
    name: 'opentelemetry-is-loaded-late',
    severity: 'error',
    comment: 'a start without a collector loads nothing of it',
    from: { path: '^(src|tools|resources|prompts)/', pathNot: '^src/telemetry/trace/otel' },
    to: {
      path: '(node_modules/@opentelemetry/|^src/telemetry/trace/otel)',
      dependencyTypesNot: ['dynamic-import', 'type-only'],
    },
  },
  {
    name: 'sharp-in-one-place',
    severity: 'error',
    comment: 'decoders that nobody needs are blocked before the first picture, and a start does not wait for libvips',
    from: { path: '^(src|tools|resources|prompts)/', pathNot: '^src/image/sharp' },
    to: { path: 'node_modules/sharp/', dependencyTypesNot: ['type-only'] },
  },
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

import type { Resource } from '../src/gateway/mcp/protocol/resource.ts';
import { analysis, annotatedImage, recentAnalyses } from './analyses.ts';
import { camera, cameras } from './cameras.ts';
import { metrics } from './metrics.ts';
import { models } from './models.ts';
import { rule, rules, rulesExport } from './rules.ts';
import { sceneView } from './scene-view.ts';
import { server, servers, serversCost } from './servers.ts';
import { vocabulary } from './vocabulary.ts';

export const RESOURCES: readonly Resource[] = [
  rules,
  rulesExport,
  rule,
  recentAnalyses,
  analysis,
  annotatedImage,
  cameras,
  camera,
  models,
  metrics,
  servers,
  server,
  serversCost,
  vocabulary,
  sceneView,
];

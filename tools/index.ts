import type { Tool } from '../src/gateway/mcp/protocol/tool.ts';
import { analyzeBatch } from './analyze-batch.ts';
import { analyzeImage } from './analyze-image.ts';
import { calibrate } from './calibrate.ts';
import { cameraStatus } from './camera-status.ts';
import { controlServer } from './control-server.ts';
import { createRule } from './create-rule.ts';
import { delegate } from './delegate.ts';
import { deleteAnalyses } from './delete-analyses.ts';
import { getAnalysis } from './get-analysis.ts';
import { getAnnotatedImage } from './get-annotated-image.ts';
import { getMetrics } from './get-metrics.ts';
import { listCalibrations } from './list-calibrations.ts';
import { listCameras } from './list-cameras.ts';
import { listRules } from './list-rules.ts';
import { searchAnalyses } from './search-analyses.ts';
import { testRule } from './test-rule.ts';
import { updateRule } from './update-rule.ts';

/** In the order in which an agent usually needs them; the list that clients see keeps it. */
export const TOOLS: readonly Tool[] = [
  analyzeImage,
  analyzeBatch,
  getAnnotatedImage,
  getAnalysis,
  searchAnalyses,
  deleteAnalyses,
  createRule,
  listRules,
  updateRule,
  testRule,
  calibrate,
  listCalibrations,
  listCameras,
  cameraStatus,
  delegate,
  controlServer,
  getMetrics,
];

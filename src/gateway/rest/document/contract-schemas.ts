import * as account from '../../../contract/account.ts';
import * as analysis from '../../../contract/analysis.ts';
import * as analysisListItem from '../../../contract/analysis-list-item.ts';
import * as analyzeRequest from '../../../contract/analyze-request.ts';
import * as boxNoise from '../../../contract/box-noise.ts';
import * as calibration from '../../../contract/calibration.ts';
import * as camera from '../../../contract/camera.ts';
import * as cameraAnswers from '../../../contract/camera-answers.ts';
import * as cameraDay from '../../../contract/camera-day.ts';
import * as delegation from '../../../contract/delegation.ts';
import * as delegationTrace from '../../../contract/delegation-trace.ts';
import * as deployment from '../../../contract/deployment.ts';
import * as detection from '../../../contract/detection.ts';
import * as exported from '../../../contract/export.ts';
import * as feedback from '../../../contract/feedback.ts';
import * as fileLink from '../../../contract/file-link.ts';
import * as job from '../../../contract/job.ts';
import * as knownDetections from '../../../contract/known-detections.ts';
import * as measuredLength from '../../../contract/measured-length.ts';
import * as notification from '../../../contract/notification.ts';
import * as part from '../../../contract/part.ts';
import * as priority from '../../../contract/priority.ts';
import * as queue from '../../../contract/queue.ts';
import * as routing from '../../../contract/routing.ts';
import * as rule from '../../../contract/rule.ts';
import * as sceneDrawing from '../../../contract/scene-drawing.ts';
import * as search from '../../../contract/search.ts';
import * as series from '../../../contract/series.ts';
import * as server from '../../../contract/server.ts';
import * as serverPlan from '../../../contract/server-plan.ts';
import * as storedCalibration from '../../../contract/stored-calibration.ts';
import * as timing from '../../../contract/timing.ts';
import * as verdict from '../../../contract/verdict.ts';
import * as watch from '../../../contract/watch.ts';
import * as whatIf from '../../../contract/what-if.ts';
import * as batchAnswer from '../../../presentation/batch-answer.ts';
import * as calibrationAnswer from '../../../presentation/calibration-answer.ts';
import * as deletionAnswer from '../../../presentation/deletion-answer.ts';
import * as metricsReport from '../../../presentation/metrics-report.ts';
import * as ruleAnswer from '../../../presentation/rule-answer.ts';
import * as ruleEvaluation from '../../../presentation/rule-evaluation-answer.ts';
import * as ruleTest from '../../../presentation/rule-test-answer.ts';
import * as searchAnswer from '../../../presentation/search-answer.ts';
import * as serverMetrics from '../../../presentation/server-metrics.ts';
import { ErrorBody } from '../route-docs.ts';

/** Names for clients, where the house has others. */
const CHOSEN = {
  Rule: ruleAnswer.RuleOutput,
  StoredRule: ruleAnswer.StoredRuleOutput,
  Calibration: calibrationAnswer.CalibrationOutput,
  Zone: calibration.ZoneInput,
  AnalysisPriority: priority.Priority,
  ErrorBody,
};

/** What may have a name in the document: everything that these modules export, under the name that it has there. */
export const CONTRACT: Readonly<Record<string, unknown>> = {
  ...CHOSEN,
  ...account,
  ...analysis,
  ...analysisListItem,
  ...analyzeRequest,
  ...batchAnswer,
  ...boxNoise,
  ...calibration,
  ...calibrationAnswer,
  ...camera,
  ...cameraAnswers,
  ...cameraDay,
  ...delegation,
  ...delegationTrace,
  ...deletionAnswer,
  ...deployment,
  ...detection,
  ...exported,
  ...feedback,
  ...fileLink,
  ...job,
  ...knownDetections,
  ...measuredLength,
  ...metricsReport,
  ...notification,
  ...part,
  ...queue,
  ...routing,
  ...rule,
  ...ruleAnswer,
  ...ruleEvaluation,
  ...ruleTest,
  ...sceneDrawing,
  ...search,
  ...searchAnswer,
  ...series,
  ...server,
  ...serverMetrics,
  ...serverPlan,
  ...storedCalibration,
  ...timing,
  ...verdict,
  ...watch,
  ...whatIf,
  // Before any that are called the same.
  ...CHOSEN,
};

import type { paths } from '../../api/schema.d.ts';

type Answer<Path extends keyof paths, Method extends 'get' | 'post'> =
  paths[Path] extends Record<Method, { responses: { 200: { content: { 'application/json': infer T } } } }> ? T : never;

export type Analysis = Answer<'/api/v1/analyze/results/{analysis_id}', 'get'>;
export type SceneDrawing = Answer<'/api/v1/analyze/results/{analysis_id}/scene', 'get'>;
export type ListItem = Answer<'/api/v1/analyze/history', 'get'>[number];
export type SearchHits = Answer<'/api/v1/search', 'get'>;
export type Calibration = Answer<'/api/v1/calibrations', 'get'>[number];
export type CalibrationDetail = Answer<'/api/v1/calibrations/{calibration_id}', 'get'>;
export type Feedback = Answer<'/api/v1/analyze/feedback', 'get'>[number];

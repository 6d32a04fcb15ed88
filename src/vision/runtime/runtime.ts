import type * as Ort from 'onnxruntime-node';
import { AppError } from '../../errors.ts';
import { firstLine } from './native-error.ts';

export type OrtModule = typeof Ort;

/**
 * onnxruntime-node is an optional dependency: its install step fails where its package host is blocked, and there are
 * platforms without a binary. Throws ANALYSIS_001 then.
 */
export async function loadRuntime(
  load: () => Promise<unknown> = async () => (await import('./onnxruntime.ts')).ort,
): Promise<OrtModule> {
  try {
    const module = (await load()) as OrtModule & { default?: OrtModule };
    const ort = module.InferenceSession ? module : module.default!;
    ort.env.logLevel = 'error';
    return ort;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
    throw new AppError('ANALYSIS_001', {
      message: missing
        ? 'The inference runtime (onnxruntime-node) is not installed.'
        : 'The inference runtime (onnxruntime-node) does not start on this machine.',
      advice:
        'Run "ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node", or pass "detections" yourself; ' +
        '"h200-mug doctor" shows the reason.',
      details: { platform: `${process.platform}-${process.arch}`, reason: firstLine(cause) },
      cause,
    });
  }
}

/** One session uses `threads` threads that sleep while they wait: spinning starves the other workers. */
export function sessionOptions(provider: string, threads: number): Ort.InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  };
}

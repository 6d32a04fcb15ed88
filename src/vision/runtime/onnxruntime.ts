import './no-telemetry.ts';

/** The only import of onnxruntime-node, which `npm run imports` checks. Where the package is missing this import fails. */
export * as ort from 'onnxruntime-node';

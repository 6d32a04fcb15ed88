import { ort } from '../../src/vision/runtime/onnxruntime.ts';

/** Which graphics adapter the WebGPU provider chose, from the runtime's own messages; which providers this build has. */
console.log(JSON.stringify(ort.listSupportedBackends()));
ort.env.logLevel = 'verbose';
await ort.InferenceSession.create('models/desk-detector.onnx', { executionProviders: ['webgpu'], logSeverityLevel: 0 });
process.exit();

import * as onnx from './onnx.ts';

/** float32 [n, 3] in, float32 [n, 2] out: their sum, and the first less the last. */
export function tinyEmbedding(): Buffer {
  const { node, floats } = onnx;
  return onnx.model(
    [node('MatMul', ['numbers', 'weights'], 'vector')],
    [floats('weights', [3, 2], [1, 1, 1, 0, 1, -1])],
    [{ name: 'numbers', type: onnx.FLOAT, shape: ['n', 3] }],
    [{ name: 'vector', type: onnx.FLOAT, shape: ['n', 2] }],
  );
}

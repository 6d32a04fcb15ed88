import { type ResizedImage, resizeImage } from '../../src/vision/detect/resized-image.ts';
import { fillTensor, tensorDims, tensorLength } from '../../src/vision/detect/tensor.ts';
import { tileImage } from '../../src/vision/detect/views.ts';
import type { InstalledModel } from '../../src/vision/models/models-store.ts';
import { ort } from '../../src/vision/runtime/onnxruntime.ts';

/** Decoding and inference of one installed model and nothing else: one session on this thread, its views one after the other. */
export async function openBareModel({ entry, path }: InstalledModel) {
  const { input } = entry;
  const session = await ort.InferenceSession.create(path, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const numbers = new (input.dtype === 'uint8' ? Uint8Array : Float32Array)(tensorLength(input));
  const size = BigInt64Array.from([BigInt(input.size), BigInt(input.size)]);
  const [imageInput = 'images', ...others] = [...session.inputNames].sort(
    (a, b) => Number(/size/.test(a)) - Number(/size/.test(b)),
  );
  const views = async (image: { bytes: Buffer; width: number; height: number }): Promise<ResizedImage[]> =>
    entry.inference === 'tiled'
      ? (await tileImage(image, input)).tiles.map((tile) => tile.image)
      : [await resizeImage(image, input)];
  return async (image: { bytes: Buffer; width: number; height: number }) => {
    for (const view of await views(image)) {
      fillTensor(numbers, view, input);
      await session.run({
        [imageInput]: new ort.Tensor(input.dtype, numbers as Float32Array & Uint8Array, tensorDims(input, 1)),
        ...Object.fromEntries(others.map((name) => [name, new ort.Tensor('int64', size, [1, 2])])),
      });
    }
  };
}

import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { ort } from '../../src/vision/runtime/onnxruntime.ts';

/** The bare parts that an analysis is compared with: sharp and one ONNX session on this thread, 416 x 416 stretched, as DEIMv2-Femto wants it. */
const SIZE = 416;

export async function openBare(model: string, threads = 1) {
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const tensor = new Float32Array(3 * SIZE * SIZE);
  const size = new BigInt64Array([BigInt(SIZE), BigInt(SIZE)]);
  const decode = async (bytes: Buffer) => {
    const pixels = await sharp(bytes)
      .rotate()
      .resize(SIZE, SIZE, { fit: 'fill', kernel: 'linear' })
      .removeAlpha()
      .raw()
      .toBuffer();
    const plane = SIZE * SIZE;
    for (let i = 0; i < plane; i += 1) {
      tensor[i] = pixels[3 * i]! / 255;
      tensor[plane + i] = pixels[3 * i + 1]! / 255;
      tensor[2 * plane + i] = pixels[3 * i + 2]! / 255;
    }
  };
  const run = () => {
    const feeds: Record<string, ort.Tensor> = { images: new ort.Tensor('float32', tensor, [1, 3, SIZE, SIZE]) };
    if (session.inputNames.includes('orig_target_sizes'))
      feeds.orig_target_sizes = new ort.Tensor('int64', size, [1, 2]);
    return session.run(feeds);
  };
  return { decode, run };
}

/** Run as a program: bare node, one session, one run; what a cold start is compared with. */
if (process.argv[1] === import.meta.filename) {
  const [model = '', photo = ''] = process.argv.slice(2);
  const bare = await openBare(model);
  await bare.decode(await readFile(photo));
  await bare.run();
}

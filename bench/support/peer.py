"""What others write in Python for the same: decode a photo with Pillow or OpenCV, run the model with onnxruntime. Reads `pillow PHOTO` or
`opencv PHOTO` from stdin, line by line, and answers each with the milliseconds it took."""
import sys
import time

import numpy
import onnxruntime

SIZE = 416
model = sys.argv[1]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
options.log_severity_level = 3
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
names = [port.name for port in session.get_inputs()]


def pillow(photo):
    from PIL import Image, ImageOps

    with Image.open(photo) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
        return numpy.asarray(upright.resize((SIZE, SIZE), Image.Resampling.BILINEAR))


def opencv(photo):
    import cv2

    image = cv2.imread(photo, cv2.IMREAD_COLOR)
    return cv2.cvtColor(cv2.resize(image, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR), cv2.COLOR_BGR2RGB)


for line in sys.stdin:
    how, photo = line.strip().split(" ", 1)
    began = time.perf_counter()
    pixels = {"pillow": pillow, "opencv": opencv}[how](photo)
    tensor = numpy.ascontiguousarray(pixels.transpose(2, 0, 1)[None], dtype=numpy.float32) / 255
    feeds = {"images": tensor}
    if "orig_target_sizes" in names:
        feeds["orig_target_sizes"] = numpy.array([[SIZE, SIZE]], dtype=numpy.int64)
    session.run(None, feeds)
    print(1000 * (time.perf_counter() - began), flush=True)

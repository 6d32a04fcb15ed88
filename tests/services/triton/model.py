"""Plays the ONNX backend, which the Triton of nvidia-pytriton does not bring: the exported graph in its Python backend."""

import json
import os

import numpy as np
import onnxruntime as ort
import triton_python_backend_utils as pb


class TritonPythonModel:
    def initialize(self, args):
        config = json.loads(args["model_config"])
        self.inputs = [one["name"] for one in config["input"]]
        self.outputs = [one["name"] for one in config["output"]]
        self.batches = config["max_batch_size"] > 0
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = os.path.join(args["model_repository"], args["model_version"], "model.onnx")
        self.session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def execute(self, requests):
        """One run for all requests of a batch, as the ONNX backend does it."""
        if not self.batches:
            return [self.respond(self.run([one]), 0, None) for one in requests]
        rows = [pb.get_input_tensor_by_name(one, self.inputs[0]).as_numpy().shape[0] for one in requests]
        results = self.run(requests)
        ends = np.cumsum(rows)
        return [self.respond(results, end - count, end) for count, end in zip(rows, ends)]

    def run(self, requests):
        feeds = {
            name: np.concatenate([pb.get_input_tensor_by_name(one, name).as_numpy() for one in requests])
            for name in self.inputs
        }
        return self.session.run(self.outputs, feeds)

    def respond(self, results, start, end):
        tensors = [pb.Tensor(name, np.ascontiguousarray(one[start:end])) for name, one in zip(self.outputs, results)]
        return pb.InferenceResponse(output_tensors=tensors)

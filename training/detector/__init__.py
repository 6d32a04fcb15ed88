"""Everything that runs our models imports this first: onnxruntime reports to its maker unless told not to."""
import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

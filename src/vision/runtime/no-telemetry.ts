import { isMainThread } from 'node:worker_threads';

/**
 * Import this before the ONNX runtime and before any thread that loads it. The runtime writes a device id
 * into the user's cache folder and reports to its maker's host when it loads, except where `CI` is set; this variable is
 * its documented switch. It reads the environment of the process, of which a worker thread has only a copy: the main thread
 * sets it.
 */
const SWITCH = 'ORT_DISABLE_TELEMETRY';

if (isMainThread) process.env[SWITCH] = '1';
else if (process.env[SWITCH] !== '1') {
  throw new Error(`${SWITCH} is not set: the main thread must import no-telemetry before it starts this one`);
}

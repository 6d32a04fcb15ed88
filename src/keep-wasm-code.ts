import { setFlagsFromString } from 'node:v8';
import { isMainThread } from 'node:worker_threads';

/**
 * Import this before the first thread. V8 13 (Node 24) frees the code of a wrapper twice that one thread's WebAssembly leaves
 * behind while another thread's begins to use it, which ends the process (nodejs/node issue 66366). undici reads HTTP with
 * WebAssembly, in this thread and in those that ask an inference server. Kept code is some kilobytes.
 */
if (isMainThread && process.versions.v8.startsWith('13.')) setFlagsFromString('--no-wasm-code-gc');

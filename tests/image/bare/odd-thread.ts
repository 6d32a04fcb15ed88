import { BroadcastChannel } from 'node:worker_threads';

/** A thread that says that it has begun, and never answers a JPEG, and dies of everything else. */
export default function odd({ format }: { readonly format: string }): never {
  if (format !== 'jpeg') process.exit(1);
  new BroadcastChannel('odd-thread').postMessage('begun');
  for (;;);
}

import { randomBytes } from 'node:crypto';
import { deriveKey } from '../../src/app/card-keys.ts';
import type { App } from '../../src/app/create-app.ts';
import { createFakeServices } from '../gateway/fake-services.ts';

const key = randomBytes(32);

/** As while a model loads that nothing can stop: the program must end all the same. */
export async function createApp(): Promise<
  Pick<
    App,
    | 'services'
    | 'compute'
    | 'deliverCallbacks'
    | 'recordSeries'
    | 'watchCameras'
    | 'shareRates'
    | 'startBackups'
    | 'signingKeys'
    | 'cardKeys'
    | 'close'
  >
> {
  setInterval(() => {}, 1000);
  return {
    services: createFakeServices(),
    compute: { answer: () => new Promise<never>(() => {}), introduction: () => new Promise<never>(() => {}) },
    deliverCallbacks() {},
    recordSeries() {},
    watchCameras() {},
    startBackups() {},
    shareRates: async () => null,
    signingKeys: { keys: () => [key], refresh: async () => false },
    cardKeys: { keys: async () => [deriveKey(key)] },
    close: () => new Promise<never>(() => {}),
  };
}

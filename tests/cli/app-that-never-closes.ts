import { createFakeServices } from '../gateway/fake-services.ts';

/** As while a model loads that nothing can stop: the program must end all the same. */
export async function createApp() {
  setInterval(() => {}, 1000);
  return { services: createFakeServices(), close: () => new Promise<never>(() => {}) };
}

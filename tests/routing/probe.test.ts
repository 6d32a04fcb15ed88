import { afterEach, describe, expect, it } from 'vitest';
import { here, openRig, pod, type Rig } from './rig.ts';

const rigs: Rig[] = [];
const open = (options: Parameters<typeof openRig>[0] = {}) => {
  const rig = openRig(options);
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});
const never = new AbortController().signal;

describe('a look at a backend', () => {
  it('finds the same there as here', async () => {
    const rig = open();
    for (const entry of [here(100), pod('srv_a', 0)]) {
      expect(await rig.probe.smoke(entry, never)).toMatchObject({
        ok: true,
        same: true,
        objects_here: 2,
        objects_there: 2,
        detail: expect.stringContaining('the same as here'),
      });
      expect((await rig.probe.health(entry, never)).ok).toBe(true);
    }
    expect(rig.used.begun).toEqual(['srv_a']);
  });

  it.each([
    ['an object is missing', (all: unknown[]) => all.slice(1)],
    ['one is called otherwise', ([a, b]: object[]) => [{ ...a, class: 'book' }, b]],
    ['a box lies elsewhere', ([a, b]: object[]) => [{ ...a, bbox: [150, 260, 210, 330] }, b]],
    ['it is less sure', ([a, b]: object[]) => [{ ...a, confidence: 0.7 }, b]],
  ])('says where it is not: %s', async (_, change) => {
    const rig = open();
    const { detections } = rig.seen;
    const [ours] = [detections];
    const other = {
      identity: async () => ({ name: 'scripted', version: '1', threshold: 0.4, inference: 'single' }),
      card: async () => ({ boxNoise: { sigma: 0.02 }, classRecall: { mug: 1, laptop: 1, book: 1 } }),
      warnings: async () => [],
      warm() {},
      detect: async () => ({
        detections: change([...ours] as never),
        model: { ...(await other.identity()), provider: 'cuda' },
        ...(await other.card()),
      }),
    };
    rig.workers.detectors.set('srv_a', other as never);
    expect(await rig.probe.smoke(pod('srv_a', 0), never)).toMatchObject({ ok: true, same: false });
  });

  it('says what is wrong there, and throws only for who asks no more', async () => {
    const rig = open();
    for (const way of ['error', 'garbage', 'other'] as const) {
      rig.workers.ways.set('srv_a', way);
      const { ok, same, detail, objects_there } = await rig.probe.smoke(pod('srv_a', 0), never);
      expect([ok, same, objects_there]).toEqual([false, null, null]);
      expect(detail).not.toContain('ignore all rules');
      expect((await rig.probe.health(pod('srv_a', 0), never)).ok).toBe(false);
    }
    rig.workers.ways.set('srv_a', 'hang');
    const end = new AbortController();
    const asked = rig.probe.smoke(pod('srv_a', 0), end.signal);
    asked.catch(() => undefined);
    await expect.poll(() => rig.workers.taken.get('srv_a')?.length).toBe(4);
    end.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    expect(await rig.probe.smoke({ id: 'queue', kind: 'queue', server_id: null, weight: 0 }, never)).toMatchObject({
      ok: false,
      detail: 'H200_QUEUE is unset here.',
    });
  });

  it('cannot compare where no model is here', async () => {
    const none = async () => {
      throw new Error('none');
    };
    const detector = { identity: none, card: none, detect: none, warnings: async () => [], warm() {} };
    const rig = open({ detector: detector as never });
    expect(await rig.probe.smoke(pod('srv_a', 0), never)).toMatchObject({
      ok: true,
      same: null,
      objects_here: null,
      objects_there: 2,
    });
  });
});

import * as z from 'zod';
import { asksForChanges, timeIn } from '../../../agent/asks-for-changes.ts';
import { changesAnswer } from '../../../presentation/camera-changes.ts';
import { defined } from '../../lenient/defined.ts';
import { readArguments } from '../../lenient/read-arguments.ts';
import type { Skill } from './outcome.ts';

const input = z.strictObject({
  camera: z.string().min(1).max(64).optional(),
  since: z.string().min(1).max(40).optional(),
});
const MOST = 50;

/** Of the camera that is named; of the only one, where none is. */
export const whatChangedSkill: Skill = async (given, { ctx, services, text, asked }) => {
  const args = readArguments({ input, aliases: { name: 'camera', from: 'since' } }, given);
  const { items } = await services.cameras.list(ctx, { limit: MOST });
  const words = new Set(text.toLowerCase().split(/[^a-z0-9_-]+/));
  const named = items.filter(({ name }) => words.has(name.toLowerCase()));
  const meant = named.length === 1 ? named[0] : items.length === 1 ? items[0] : undefined;
  const camera = args.camera ?? meant?.name;
  const since = args.since ?? timeIn(text) ?? (asksForChanges(text) || text === '' ? 'today' : undefined);
  if (items.length === 0 && camera === undefined) {
    return { kind: 'done', name: 'changes', data: { cameras: [] }, text: 'There is no camera that watches a desk.' };
  }
  if (camera === undefined) {
    return {
      kind: 'ask',
      question: { about: 'camera', times: (asked?.times ?? 0) + 1 },
      text: `Which camera? There are ${items.map(({ name }) => name).join(', ')}.`,
      data: { cameras: items.map(({ name }) => name) },
      args: { ...defined({ since }) },
    };
  }
  const { structured, text: told } = changesAnswer(await services.cameras.changes(ctx, { camera, since }));
  return { kind: 'done', name: 'changes', data: { camera, ...structured }, text: told };
};

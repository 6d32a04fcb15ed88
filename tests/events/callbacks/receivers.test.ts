import { expect, it } from 'vitest';
import { Receivers } from '../../../src/events/callbacks/receivers.ts';

const LIMITS = { atOnce: 10, slow: 4, slowOfOwner: 2 };
const URL_OF = (name: string) => `https://${name}.example/x`;

it('receivers that are not known to be quick take a few places, and of one owner fewer', () => {
  const receivers = new Receivers(LIMITS);
  const taken = (owner: string) => receivers.take(owner, URL_OF(owner));
  const first = taken('a');
  expect([first, taken('a'), taken('a')].map((one) => one !== null)).toEqual([true, true, false]);
  expect([taken('b'), taken('b'), taken('c')].map((one) => one !== null)).toEqual([true, true, false]);
  receivers.answered('d', URL_OF('d'), 20);
  expect(taken('d')).not.toBeNull();
  first?.();
  expect(taken('c')).not.toBeNull();
});

it('whoever answered quickly has its share of all, until it does not', () => {
  const receivers = new Receivers(LIMITS);
  receivers.answered('a', URL_OF('a'), 20);
  const all = Array.from({ length: 10 }, () => receivers.take('a', URL_OF('a')));
  expect(all.filter((one) => one !== null)).toHaveLength(8);
  for (const giveBack of all) giveBack?.();
  for (const ms of [null, 9000]) {
    receivers.answered('a', URL_OF('a'), 20);
    receivers.answered('a', URL_OF('a'), ms);
    expect(receivers.isQuick('a', URL_OF('a'))).toBe(false);
  }
});

it('one host that hangs for one owner may be quick for another', () => {
  const receivers = new Receivers(LIMITS);
  receivers.answered('a', URL_OF('shared'), null);
  receivers.answered('b', `${URL_OF('shared')}/other`, 10);
  expect([receivers.isQuick('a', URL_OF('shared')), receivers.isQuick('b', URL_OF('shared'))]).toEqual([false, true]);
});

it('owners take turns, who has the fewest under way first', () => {
  const receivers = new Receivers(LIMITS);
  receivers.take('a', URL_OF('a'));
  const waiting = [...'aaabbc'].map((owner, n) => ({ owner, n }));
  expect(receivers.inTurn(waiting).map(({ owner }) => owner)).toEqual([...'bcaba'.slice(0, 5), 'a']);
});

import { expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { on } from '../src/mocks/mock.ts';
import { seriousFindings } from './support/accessibility.ts';
import { openPage } from './support/open-page.ts';

it('shows while typing how a sentence is understood, and what was assumed', async () => {
  const screen = await openPage('/rules');
  await screen.getByLabelText('What shall hold, in one sentence').fill('Keep mugs away from laptops');
  await expect.element(screen.getByText('every mug keeps at least 150 mm from every laptop')).toBeVisible();
  await expect.element(screen.getByText(/"away from" was read as at least 150 mm/)).toBeVisible();
  expect(await seriousFindings()).toEqual([]);
});

it('marks the words that are not understood and takes a suggestion', async () => {
  const screen = await openPage('/rules');
  const sentence = screen.getByLabelText('What shall hold, in one sentence');
  await sentence.fill('Keep mugs away from the keybord');
  await expect.element(screen.getByText('keybord', { exact: true })).toBeVisible();
  expect(screen.getByText('keybord', { exact: true }).element().tagName).toBe('MARK');
  await expect.element(screen.getByRole('button', { name: 'Store the rule' })).toBeDisabled();
  expect(await seriousFindings()).toEqual([]);
  await screen.getByRole('button', { name: 'Keep mugs away from the keyboard' }).click();
  await expect.element(sentence).toHaveValue('Keep mugs away from the keyboard');
  await expect.element(screen.getByRole('button', { name: 'Store the rule' })).toBeEnabled();
});

it('shows a contradiction with a desk on which it shows', async () => {
  const screen = await openPage('/rules');
  await screen.getByLabelText('What shall hold, in one sentence').fill('Keep mugs at most 3 inches from laptops');
  await expect
    .element(screen.getByText('a mug and a laptop would have to be apart and together at once'))
    .toBeVisible();
  await expect.element(screen.getByRole('img', { name: /mug: 300 mm, 300 mm/ })).toBeVisible();
});

it('stores a rule, and everybody who looks sees it', async () => {
  const screen = await openPage('/rules');
  await screen.getByLabelText('What shall hold, in one sentence').fill('Keep mugs 200 mm away from laptops');
  await screen.getByRole('button', { name: 'Store the rule' }).click();
  await expect.element(screen.getByRole('heading', { name: 'New rule', level: 3 })).toBeVisible();
  await expect.element(screen.getByLabelText('What shall hold, in one sentence')).toHaveValue('');
});

it('of late answers the one to the newest words counts', async () => {
  const screen = await openPage('/rules', () => {
    on('POST /api/v1/rules/validate', async ({ body }) => {
      const { text } = body as { text: string };
      await new Promise((resolve) => setTimeout(resolve, text === 'first words' ? 900 : 10));
      return { body: { canonical: `read: ${text}`, conditions: [], assumptions: [], conflicts: [] } };
    });
  });
  const sentence = screen.getByLabelText('What shall hold, in one sentence');
  await sentence.fill('first words');
  await new Promise((resolve) => setTimeout(resolve, 400));
  await sentence.fill('other words');
  await expect.element(screen.getByText('read: other words')).toBeVisible();
  await new Promise((resolve) => setTimeout(resolve, 900));
  await expect.element(screen.getByText('read: other words')).toBeVisible();
});

it('tries a rule on a stored photo', async () => {
  const screen = await openPage('/rules');
  await screen.getByRole('button', { name: 'Test on a photo: Laptop Safety Distance' }).click();
  await screen
    .getByRole('button', { name: /^Photo of/ })
    .first()
    .click();
  await expect
    .element(screen.getByText('mug-1 is too close to laptop-1: between 4 and 11 cm apart, needs at least 15 cm'))
    .toBeVisible();
  await expect.element(screen.getByText(/Move right 296 mm: mug-1/)).toBeVisible();
  expect(await seriousFindings()).toEqual([]);
});

it('tries a rule on a new photo, which is sent for that alone', async () => {
  const sent: unknown[] = [];
  const screen = await openPage('/rules', () =>
    on('POST /api/v1/rules/:rule_id/test', ({ body }) => {
      sent.push(body);
      const verdicts = [{ verdict: 'satisfied', reason: 'mug-1 is far enough from laptop-1' }];
      return { body: { verdict: 'satisfied', verdicts, adjustments: [] } };
    }),
  );
  await screen.getByRole('button', { name: 'Test on a photo: Laptop Safety Distance' }).click();
  const photo = new File(['a photo'], 'desk.jpg', { type: 'image/jpeg' });
  await userEvent.upload(screen.getByLabelText('Choose a new photo').last(), photo);
  await expect.element(screen.getByText('mug-1 is far enough from laptop-1')).toBeVisible();
  await expect.element(screen.getByText('desk.jpg')).toBeVisible();
  expect(sent).toEqual([{ image: expect.any(File) }]);
  expect(await seriousFindings()).toEqual([]);
});

it('shows what every version changed', async () => {
  const screen = await openPage('/rules');
  await screen.getByRole('button', { name: 'History: Laptop Safety Distance' }).click();
  await expect.element(screen.getByText('Version 2')).toBeVisible();
  expect(document.querySelector('del')?.textContent).toBe('5');
  expect(document.querySelector('ins')?.textContent).toBe('8');
  expect(await seriousFindings()).toEqual([]);
});

it('a reader sees rules and no button that would be refused', async () => {
  const screen = await openPage('/rules', () => {
    const permissions = ['analysis:read', 'rules:read', 'servers:read'];
    on('GET /api/v1/auth/me', () => ({ body: { id: 'usr_1', kind: 'user', role: 'viewer', permissions, user: null } }));
  });
  await expect.element(screen.getByRole('heading', { name: 'Laptop Safety Distance' })).toBeVisible();
  for (const name of ['Store the rule', /^Test on a photo/, /^Remove/, /^Change/, 'Import']) {
    expect(screen.getByRole('button', { name }).elements()).toEqual([]);
  }
  expect(screen.getByRole('switch').elements()).toEqual([]);
});

it('a rule that was removed is listed with its history on every visit, and brought back', async () => {
  const screen = await openPage('/rules');
  await screen
    .getByRole('button', { name: /^Remove/ })
    .first()
    .click();
  await screen.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  const gone = screen.getByTestId('removed-rules');
  await gone.getByRole('button', { name: 'Show 1' }).click();
  await gone.getByRole('button', { name: 'History: Laptop Safety Distance' }).click();
  await expect.element(screen.getByRole('dialog').getByText('Version 2')).toBeVisible();
  await screen.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  expect(await seriousFindings()).toEqual([]);
  await gone.getByRole('button', { name: 'Bring back: Laptop Safety Distance' }).click();
  await expect.element(screen.getByRole('heading', { name: 'Laptop Safety Distance' })).toBeVisible();
  await expect.poll(() => screen.getByTestId('removed-rules').elements()).toEqual([]);
});

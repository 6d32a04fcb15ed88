import { expect, it } from 'vitest';
import { on, refused } from '../src/mocks/mock.ts';
import { seriousFindings } from './support/accessibility.ts';
import { openPage } from './support/open-page.ts';

it('a page that is not there says so, and where to go', async () => {
  const screen = await openPage('/nowhere');
  await expect.element(screen.getByText('There is no such page')).toBeVisible();
  expect(await seriousFindings()).toEqual([]);
});

it('who is not logged in gets the login, and an error in the words of the catalogue', async () => {
  const screen = await openPage('/', () => {
    on('GET /api/v1/auth/me', () => refused(401, 'AUTH_001', 'The access token is missing or wrong.'));
    on('POST /api/v1/auth/refresh', () => refused(401, 'AUTH_001', 'There is no login.'));
    on('POST /api/v1/auth/login', () =>
      refused(401, 'AUTH_004', 'The name or the password is wrong.', 'Correct them.'),
    );
  });
  await screen.getByLabelText('Name').fill('somebody');
  await screen.getByLabelText('Password').fill('wrong password');
  await screen.getByRole('button', { name: 'Log in' }).click();
  await expect.element(screen.getByText('The name or the password is wrong.')).toBeVisible();
  await expect.element(screen.getByText('Correct them.')).toBeVisible();
  await expect.element(screen.getByLabelText('Name')).toHaveValue('somebody');
  expect(await seriousFindings()).toEqual([]);
});

import { afterEach, expect, it, vi } from 'vitest';
import { mockAnalysis } from '../../src/mocks/areas/stored-desks.ts';
import { seriousFindings } from '../support/accessibility.ts';
import { openPage } from '../support/open-page.ts';
import { shows } from '../support/shows.ts';

/** What a browser's upload does, under the hand of the test. */
class FakeUpload {
  static sent: FakeUpload[] = [];
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  status = 0;
  responseText = '';
  form = new FormData();
  open(): void {}
  setRequestHeader(): void {}
  getResponseHeader(): null {
    return null;
  }
  abort(): void {}
  send(form: FormData): void {
    this.form = form;
    FakeUpload.sent.push(this);
  }
  answer(status: number, body: unknown): void {
    Object.assign(this, { status, responseText: JSON.stringify(body) });
    this.onload?.();
  }
}
afterEach(() => {
  vi.unstubAllGlobals();
  FakeUpload.sent = [];
});

const photo = (name: string, type = 'image/jpeg') => new File([new Uint8Array(1000)], name, { type });
function drop(files: readonly File[]): void {
  const dataTransfer = new DataTransfer();
  for (const file of files) dataTransfer.items.add(file);
  document.querySelector('[data-testid=drop]')?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
}

it('photos are sent one after another with real progress, and one bad photo does not spoil the others', async () => {
  vi.stubGlobal('XMLHttpRequest', FakeUpload);
  const screen = await openPage('/analyse');
  drop([photo('one.jpg'), photo('two.jpg'), photo('notes.txt', 'text/plain')]);
  await expect.element(screen.getByText('notes.txt is no JPEG, PNG or WebP picture.')).toBeVisible();
  await expect.poll(() => FakeUpload.sent.length).toBe(1);
  const [first] = FakeUpload.sent;
  first?.upload.onprogress?.({ loaded: 400, total: 1000 });
  await expect.element(screen.getByText('sending, 40%')).toBeVisible();
  first?.upload.onprogress?.({ loaded: 1000, total: 1000 });
  await expect.element(screen.getByText('measuring …')).toBeVisible();
  first?.answer(415, { error: { code: 'VALIDATION_003', message: 'This is no picture.', advice: 'Send a JPEG.' } });
  await expect.element(screen.getByText('This is no picture.')).toBeVisible();
  await expect.poll(() => FakeUpload.sent.length).toBe(2);
  FakeUpload.sent[1]?.answer(200, mockAnalysis('ana_5'));
  await screen.getByRole('button', { name: /^two\.jpg/ }).click();
  await shows(screen.getByTestId('findings'), 'broken');
  expect(await seriousFindings()).toEqual([]);
});

it('a pasted picture is sent with what the form says', async () => {
  vi.stubGlobal('XMLHttpRequest', FakeUpload);
  const screen = await openPage('/analyse');
  await screen.getByRole('button', { name: 'How it is measured' }).click();
  await screen.getByLabelText('Context').fill('office');
  await screen.getByRole('combobox', { name: 'Calibration' }).click();
  await screen.getByRole('option', { name: /Desk by the window/ }).click();
  const clipboardData = new DataTransfer();
  clipboardData.items.add(photo('pasted.png', 'image/png'));
  document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  await expect.poll(() => FakeUpload.sent.length).toBe(1);
  const fields = Object.fromEntries(FakeUpload.sent[0]?.form.entries() ?? []);
  expect(fields).toMatchObject({ context: 'office', calibration_id: 'cal_1', units: 'metric' });
  expect((fields.image as File).name).toBe('pasted.png');
  expect(Object.keys(fields).at(-1)).toBe('image');
});

it('the photo that was just given is the one that is shown', async () => {
  vi.stubGlobal('XMLHttpRequest', FakeUpload);
  const screen = await openPage('/analyse');
  drop([photo('first.jpg')]);
  await expect.poll(() => FakeUpload.sent.length).toBe(1);
  FakeUpload.sent[0]!.answer(200, { ...mockAnalysis('ana_1') });
  await expect.element(screen.getByTestId('findings')).toBeVisible();
  drop([photo('second.jpg'), photo('third.jpg')]);
  await expect.poll(() => document.querySelector('[aria-current=true]')?.textContent).toContain('second.jpg');
  expect(screen.getByTestId('findings').elements()).toEqual([]);
});

import { it } from 'vitest';

it.skip('no Chromium was found: install one, or name it in H200_CHROMIUM', () => {});

import { expect, it } from 'vitest';
import { loadsFromElsewhere } from '../../scripts/release/site-content.ts';

it.each([
  '<script src="https://cdn.example.org/a.js"></script>',
  '<img alt="x" src=//example.org/a.png>',
  '<link rel="stylesheet" href="https://fonts.example.org/css">',
  '@import url("https://example.org/a.css")',
  'a { background: url(//example.org/a.png) }',
  'import("https://example.org/a.js")',
])('%s is seen', (text) => expect(loadsFromElsewhere(text)).not.toEqual([]));

it.each([
  '<a href="https://example.org/">read</a>',
  '<script type="module" src="/assets/app.js"></script>',
  'a { background: url(data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg"%3E) }',
  '<link rel="canonical" href="https://example.org/">',
])('%s loads nothing', (text) => expect(loadsFromElsewhere(text)).toEqual([]));

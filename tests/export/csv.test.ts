import { expect, it } from 'vitest';
import { csvLine } from '../../src/export/csv.ts';

it.each([
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['+1', `"'+1"`],
  ['-1+1|cmd', `"'-1+1|cmd"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['\t=1', `"'\t=1"`],
  ['\r=1', `"'\r=1"`],
  ['  =1', `"'  =1"`],
  ['\u200b=1', `"'\u200b=1"`],
  ['＝1', `"'＝1"`],
  ['%0A', `"'%0A"`],
])('a spreadsheet does not run %j', (text, cell) => {
  expect(csvLine([text])).toBe(`${cell}\r\n`);
});

it('numbers stay numbers, and commas, quotes and lines stay in their cell', () => {
  const cells = [-1.5, 0, true, null, undefined, 'a,b', 'say "no"', 'two\nlines', 'mug', '', 'x=1'];
  expect(csvLine(cells)).toBe('-1.5,0,true,,,"a,b","say ""no""","two\nlines","mug","","x=1"\r\n');
});

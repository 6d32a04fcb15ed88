import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Command, Option } from 'commander';
import { AppError } from '../errors.ts';
import { MARKER_SHEETS, PAPERS, type Paper } from '../scene/markers/sheet.ts';
import { print } from './terminal.ts';

interface Options {
  paper: Paper;
  out?: string;
  check?: string;
  json?: boolean;
}

export const markerCommand = (done: (status: number) => void) =>
  new Command('marker')
    .description('writes the sheet to print and lay on the table, so that photos are measured without a calibration')
    .addOption(new Option('--paper <size>', 'what you print on').choices([...PAPERS]).default('a4'))
    .option('--out <file>', 'a .pdf or .svg file (default: both, h200-mug-marker-PAPER.pdf and .svg, in this folder)')
    .option('--check <photo>', 'whether a print is true to size, from a photo of it with a bank card beside it')
    .option('--json', 'with --check: one JSON document on stdout')
    .action(async ({ paper, out, check, json = false }: Options) => {
      if (check !== undefined) {
        const { checkPrint } = await import('./check-print.ts');
        done(await checkPrint(check, json));
        return;
      }
      for (const file of out === undefined ? [`h200-mug-marker-${paper}.pdf`, `h200-mug-marker-${paper}.svg`] : [out]) {
        await write(file, await sheetFile(paper, file));
        print(
          `${file}: print it on ${MARKER_SHEETS[paper].name} at 100 % and measure its line, which must be 100 mm long.\n`,
        );
      }
    });

async function sheetFile(paper: Paper, file: string): Promise<string | Buffer> {
  const [{ sheetDrawing }, { sheetPdf }, { sheetSvg }] = await Promise.all([
    import('../print/sheet-drawing.ts'),
    import('../print/sheet-pdf.ts'),
    import('../print/sheet-svg.ts'),
  ]);
  const drawing = sheetDrawing(MARKER_SHEETS[paper]);
  const type = extname(file).toLowerCase();
  if (type === '.pdf') return sheetPdf(drawing);
  if (type === '.svg') return sheetSvg(drawing);
  throw new AppError('VALIDATION_002', {
    message: 'The sheet is written as .pdf or .svg.',
    advice: 'Give --out a name that ends in .pdf or .svg.',
  });
}

/** Replaces nothing. */
async function write(file: string, content: string | Buffer): Promise<void> {
  try {
    await writeFile(file, content, { flag: 'wx' });
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new AppError('VALIDATION_002', {
      message: exists
        ? 'There is a file of that name already: it is left as it is.'
        : 'The sheet cannot be written there.',
      advice: 'Give --out another name, in a folder that may be written.',
      cause,
    });
  }
}

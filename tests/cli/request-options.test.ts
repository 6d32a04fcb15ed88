import { Command } from 'commander';
import { expect, it } from 'vitest';
import { analyzeCommand } from '../../src/cli/analyze.ts';
import { addRequestOptions, requestFields } from '../../src/cli/request-options.ts';
import { analyzeImage } from '../../tools/analyze-image.ts';

const CORNERS = [
  [120, 80],
  [1800, 90],
  [1700, 900],
  [200, 880],
];
const MM = [
  [0, 0],
  [1600, 0],
  [1600, 800],
  [0, 800],
];

function parse(...args: string[]) {
  const quiet = new Command('analyze').exitOverride().configureOutput({ writeErr: () => {} });
  return requestFields(addRequestOptions(quiet).parse(args, { from: 'user' }).opts());
}

it('the command line can say all that analyze_image can', () => {
  // Said in another way: the photo is an argument, --json is the full answer, --imperial the units; feedback is always there.
  const otherwise = ['image', 'detail', 'units', 'include_feedback'];
  const options = analyzeCommand(() => {}).options.map(({ long }) => long?.replace(/^--(no-)?/, ''));
  const fields = Object.keys(analyzeImage.input.shape).filter((field) => !otherwise.includes(field));
  expect(options).toEqual(expect.arrayContaining(fields.map((field) => field.replace(/_/g, '-'))));
});

it('reads table points and the rest as the tools do', () => {
  const calibration = { points_px: CORNERS, points_mm: MM };
  expect(parse('--calibration', JSON.stringify(calibration), '--table-corners', JSON.stringify(CORNERS))).toEqual({
    calibration,
    table_corners: CORNERS,
  });
  expect(parse('--calibration-id', 'cal_1', '--strategy', 'balanced', '--movable', '["mug"]')).toEqual({
    calibration_id: 'cal_1',
    strategy: 'balanced',
    movable: ['mug'],
  });
  expect(parse()).toEqual({});
});

it('shows an example of every option that is JSON, and takes it', () => {
  const command = addRequestOptions(new Command('analyze'));
  const json = command.options.filter(({ flags }) => flags.endsWith('<json>'));
  expect(json).toHaveLength(7);
  for (const { long, description } of json) {
    const example = /; e\.g\. '(.+)'$/.exec(description)?.[1];
    expect(Object.values(parse(long!, example!))).toHaveLength(1);
    expect(() => parse(long!, 'a4!')).toThrow(`e.g. '${example}'`);
  }
});

it.each([
  ['--calibration', '{"points_px":[[1,2]]', /not valid JSON/],
  ['--calibration', '{"mm_per_pixel":-1}', /mm_per_pixel/],
  [
    '--calibration',
    '{"rectangle":"a4"}',
    /unknown "rectangle"; give one of: points_px and points_mm; rectangle_px and size_mm; camera_height_mm and tilt_deg; mm_per_pixel/,
  ],
  ['--calibration', '{}', /give one of: points_px and points_mm; rectangle_px/],
  // What is a field of one form is told what that form lacks.
  ['--calibration', '{"rectangle_px":[[0,0],[9,0],[9,9],[0,9]]}', /size_mm: is missing/],
  ['--table-corners', '[[1,2]]', /must have at least 3 items/],
  ['--strategy', 'fast', /balanced/],
  ['--zones', 'here', /must be a list, not text/],
])('%s %s is refused with the reason', (option, value, reason) => {
  expect(() => parse(option, value)).toThrow(reason);
});

import { describe, expect, it } from 'vitest';
import { readJob } from '../../../src/gateway/worker/job-input.ts';

const code = (input: unknown): unknown => {
  try {
    readJob(input);
    return null;
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
};

describe('the input of a job', () => {
  it('is that of the first handler', () => {
    const templateId = 'd4cdaf91-f652-4e7d-8579-b32a52d0aca3';
    const read = readJob({ image_url: 'https://example.com/desk.jpg', template_id: templateId });
    expect(read).toMatchObject({ request: { image: 'https://example.com/desk.jpg', store: true }, templateId });
    expect(read.request).not.toHaveProperty('template_id');
  });

  it('or our own request, under the names of REST as well', () => {
    const { request, templateId } = readJob({
      image: 'data:image/png;base64,AAAA',
      confidence_threshold: '0.5',
      rules_context: 'office',
      mm_per_pixel: 0.5,
      extra_rules: [],
      only_rules: [],
      use_cache: false,
      store: false,
    });
    expect(templateId).toBeNull();
    expect(request).toMatchObject({
      threshold: 0.5,
      context: 'office',
      calibration: { mm_per_pixel: 0.5 },
      extra_rules: [],
      use_cache: false,
      store: false,
    });
  });

  it.each([
    ['no object', 'text'],
    ['null', null],
    ['nothing', {}],
    ['an unknown field', { image_url: 'https://example.com/a.jpg', run: 'rm -rf /' }],
    ['bytes', { image_url: 'https://example.com/a.jpg', bytes: 'AAAA' }],
    ['a template that is no id', { image_url: 'https://example.com/a.jpg', template_id: '../x' }],
    ['two calibrations', { image_url: 'https://example.com/a.jpg', mm_per_pixel: 1, calibration_id: 'cal_1' }],
    ['detections without a size', { detections: [] }],
  ])('is refused: %s', (_, input) => {
    expect(code(input)).toMatch(/^VALIDATION_00[12]$/);
  });

  it.each(['/etc/passwd', 'desk.jpg', 'file:///etc/passwd', 'http://169.254.169.254/', '~/.ssh/id_rsa', 'https:desk'])(
    'names no file of the worker, and nothing that is not encrypted: %s',
    (image_url) => {
      expect(code({ image_url })).toBe('VALIDATION_007');
    },
  );
});

import type { Analysis } from '../contract/analysis.ts';
import type { FeedbackInput } from '../contract/feedback.ts';
import { AppError } from '../errors.ts';

/** Throws VALIDATION_002 unless it speaks of what the analysis holds. */
export function checkFeedback(input: FeedbackInput, { objects, rules, image }: Analysis): void {
  const { object_id, rule_id, correct_position: position, is_correct } = input;
  if (object_id !== undefined && !objects.some(({ id }) => id === object_id)) {
    throw invalid('object_id', 'The analysis has no such object.', 'Name one of its objects, such as mug-1.');
  }
  if (rule_id !== undefined) {
    const verdicts = rules.filter((one) => one.rule_id === rule_id);
    if (verdicts.length === 0) {
      throw invalid('rule_id', 'The analysis says nothing of this rule.', 'Name one of the rules that it judges.');
    }
    if (object_id !== undefined && !verdicts.some((one) => one.objects.includes(object_id))) {
      throw invalid(
        'object_id',
        'The rule was not judged on this object.',
        'Leave object_id out, or name one that it says.',
      );
    }
  }
  if (position === undefined) return;
  const field = 'correct_position';
  if (object_id === undefined || rule_id !== undefined) {
    throw invalid(field, 'A position is that of an object.', 'Give object_id, and no rule_id.');
  }
  if (is_correct) throw invalid(field, 'What is right needs no other position.', 'Leave it out, or say it is wrong.');
  if (position.x > image.width || position.y > image.height) {
    throw invalid(field, 'The position lies outside the image.', 'Give pixels of the image.');
  }
}

const invalid = (field: string, message: string, advice: string) =>
  new AppError('VALIDATION_002', { message, advice, details: { field } });

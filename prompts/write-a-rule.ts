import { type Prompt, quoted } from '../src/gateway/mcp/protocol/prompt.ts';

export const writeARule: Prompt = {
  name: 'write_a_rule',
  title: 'Write a rule',
  description: 'Turns what you ask for into a stored rule, after showing how it was understood.',
  arguments: {
    rule: { description: 'What should hold on the desk, in your words', required: true },
  },
  render({ rule = '' }) {
    return [
      `I want this rule: ${quoted(rule)}.`,
      'Word it as one short sentence with a number and a unit where a distance is meant, and call create_rule with dry_run true. The resource vocabulary://operators lists what can be said.',
      'Show me the canonical sentence, the priority, everything that was assumed and every conflict with other rules. If the sentence is refused, offer me the suggestions.',
      'Store it with create_rule only after I agree, then offer to try it with test_rule on a photo of mine.',
    ].join('\n');
  },
};

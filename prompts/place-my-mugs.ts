import { matching } from '../src/gateway/mcp/protocol/complete.ts';
import { type Prompt, quoted } from '../src/gateway/mcp/protocol/prompt.ts';

const CONTEXTS = ['office', 'kitchen', 'living room', 'workshop', 'meeting room'];

export const placeMyMugs: Prompt = {
  name: 'place_my_mugs',
  title: 'Place my mugs',
  description: 'Looks at a desk photo and says which mug to move where, and why.',
  arguments: {
    image: { description: 'File path or https URL of the photo', required: true },
    context: {
      description: 'office, kitchen, …',
      required: false,
      complete: (_services, _ctx, typed) => matching(CONTEXTS, typed),
    },
  },
  render({ image = '', context }) {
    const where = context === undefined ? '' : ` and context ${quoted(context)}`;
    return [
      `Call analyze_image with image ${quoted(image)}${where}.`,
      'Tell me in plain words which rules are broken or uncertain, with the measured distance and its error, and which mug to move how far in which direction. Say only what the answer says; where a value is null give its reason.',
      'Offer only moves that are verified. If no rule applied, propose two rules for this desk and ask before you create them.',
      'Finish with get_annotated_image of that analysis.',
    ].join('\n');
  },
};

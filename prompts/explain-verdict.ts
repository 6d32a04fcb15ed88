import { AnalysisId, RuleId } from '../src/contract/ids.ts';
import { completeAnalysisId, completeRuleId } from '../src/gateway/mcp/protocol/complete.ts';
import { type Prompt, quoted } from '../src/gateway/mcp/protocol/prompt.ts';

export const explainVerdict: Prompt = {
  name: 'explain_verdict',
  title: 'Explain this verdict',
  description: 'Explains why a rule came out as it did in one analysis.',
  arguments: {
    analysis_id: { description: 'ana_…', required: true, schema: AnalysisId, complete: completeAnalysisId },
    rule_id: {
      description: 'rule_…; all open verdicts when absent',
      required: false,
      schema: RuleId,
      complete: completeRuleId,
    },
  },
  render({ analysis_id = '', rule_id }) {
    const which =
      rule_id === undefined ? 'every violated or uncertain verdict' : `the verdicts of rule ${quoted(rule_id)}`;
    return [
      `Call get_analysis with analysis_id ${quoted(analysis_id)} and explain ${which} to me.`,
      'For each: which objects, how sure it is (probability: that the rule holds), between what lengths they likely are, what is required, where the millimetres come from (calibration method and its uncertainty), and what would change the verdict.',
      'For an uncertain one say what would make it certain: a calibration, a clearer photo, a wider distance, or, where the model may have missed something, zones or detections of your own.',
    ].join('\n');
  },
};

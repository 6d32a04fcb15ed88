import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';

export const MONITORING = fileURLToPath(new URL('../../deploy/monitoring', import.meta.url));
const RULES = join(MONITORING, 'prometheus/rules');

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export const RULE_FILES = readdirSync(RULES).map((name) => join(RULES, name));
export const rulesOf = (file: string): Rule[] =>
  (parse(readFileSync(file, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);
export const ALL_RULES = RULE_FILES.flatMap(rulesOf);
export const ALERTS = ALL_RULES.filter((rule): rule is Rule & { alert: string } => rule.alert !== undefined);

const TESTS = join(MONITORING, 'prometheus/tests');
export const TEST_FILES = readdirSync(TESTS).map((name) => join(TESTS, name));

interface AlertCase {
  readonly alertname: string;
  readonly exp_alerts: readonly object[];
}

export const ALERT_CASES: readonly AlertCase[] = TEST_FILES.flatMap((file) =>
  (parse(readFileSync(file, 'utf8')) as { tests: { alert_rule_test: AlertCase[] }[] }).tests.flatMap(
    ({ alert_rule_test }) => alert_rule_test,
  ),
);

/** The series that an expression of PromQL reads; throws where it is none. */
export function seriesIn(expr: string): string[] {
  const names: string[] = [];
  parser.parse(expr).iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`no PromQL at ${node.from}: ${expr}`);
      if (node.name !== 'VectorSelector') return;
      const identifier = node.node.getChild('Identifier');
      if (identifier === null) throw new Error(`a selector without a name: ${expr}`);
      names.push(expr.slice(identifier.from, identifier.to));
    },
  });
  return names;
}

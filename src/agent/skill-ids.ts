/** What an agent of somebody else may ask of this one. */
export const SKILL_IDS = [
  'analyse_desk',
  'advise_placement',
  'make_rule',
  'check_rule',
  'what_changed',
  'server_status',
  'control_server',
] as const;
export type SkillId = (typeof SKILL_IDS)[number];

export const isSkill = (value: unknown): value is SkillId => (SKILL_IDS as readonly unknown[]).includes(value);

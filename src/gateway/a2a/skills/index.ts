import type { SkillId } from '../../../agent/skill-ids.ts';
import { advisePlacement } from './advise-placement.ts';
import { analyseDesk } from './analyse-desk.ts';
import { checkRule } from './check-rule.ts';
import { controlServer } from './control-server.ts';
import { makeRule } from './make-rule.ts';
import type { Skill } from './outcome.ts';
import { serverStatus } from './server-status.ts';
import { whatChangedSkill } from './what-changed.ts';

export const SKILL: Readonly<Record<SkillId, Skill>> = {
  analyse_desk: analyseDesk,
  advise_placement: advisePlacement,
  make_rule: makeRule,
  check_rule: checkRule,
  what_changed: whatChangedSkill,
  server_status: serverStatus,
  control_server: controlServer,
};

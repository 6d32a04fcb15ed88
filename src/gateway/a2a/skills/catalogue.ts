import type { SkillId } from '../../../agent/skill-ids.ts';
import type { Permission } from '../../../contract/principal.ts';

export interface SkillCard {
  readonly id: SkillId;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly examples: readonly string[];
  readonly inputModes: readonly string[];
  readonly permission: Permission;
  /** On the card that everyone sees. */
  readonly listed: boolean;
}

const PHOTO = ['image/jpeg', 'image/png', 'image/webp', 'application/octet-stream', 'text/plain', 'application/json'];
const WORDS = ['text/plain', 'application/json'];

export const SKILLS: readonly SkillCard[] = [
  {
    id: 'analyse_desk',
    name: 'Analyse a desk photo',
    description:
      'Send a photo as a raw or url part, or a data part {image | analysis_id | analysis, calibration, …}: what lies where, which rules hold, and verified moves. Takes what the tool analyze_image takes.',
    tags: ['vision', 'measurement', 'desk'],
    examples: ['Check this desk (with a photo)'],
    inputModes: PHOTO,
    permission: 'analysis:write',
    listed: true,
  },
  {
    id: 'advise_placement',
    name: 'Advise a placement',
    description:
      'Send a photo, or a data part {analysis_id, movable?, strategy?}: what to move where so that all rules hold, and why where nothing can be moved.',
    tags: ['placement', 'desk'],
    examples: ['Where should my mug go? (with a photo)'],
    inputModes: PHOTO,
    permission: 'analysis:write',
    listed: true,
  },
  {
    id: 'make_rule',
    name: 'Make a rule',
    description:
      'Send a sentence that says what should hold. What is not fully understood, or rests on an assumption, is asked back before anything is stored. A data part may add {name, context, priority, enabled, scope, confirm}.',
    tags: ['rules', 'language'],
    examples: ['Keep mugs at least 6 inches away from laptops'],
    inputModes: WORDS,
    permission: 'rules:write',
    listed: true,
  },
  {
    id: 'check_rule',
    name: 'Check a rule',
    description:
      'Send a sentence, or a data part {rule_id}, with a photo or {analysis_id}: how it comes out. Nothing is stored.',
    tags: ['rules', 'measurement'],
    examples: ['Keep mugs at least 6 inches away from laptops (with a photo)'],
    inputModes: PHOTO,
    permission: 'rules:read',
    listed: true,
  },
  {
    id: 'what_changed',
    name: 'What changed on the desk',
    description:
      'Ask what changed before a camera, or send a data part {camera, since?}: what came, left or was moved, which rules broke or hold again, and how the desk is now.',
    tags: ['camera', 'desk'],
    examples: ['What has changed on the desk since this morning?'],
    inputModes: WORDS,
    permission: 'analysis:read',
    listed: true,
  },
  {
    id: 'server_status',
    name: 'Server status',
    description:
      'Send nothing but the name of the skill: models, record store and files of this server, and the rented GPU servers.',
    tags: ['server'],
    examples: [],
    inputModes: WORDS,
    permission: 'servers:read',
    listed: false,
  },
  {
    id: 'control_server',
    name: 'Control a GPU server',
    description:
      'Send a data part {action: start | stop | restart | scale, server: id or type, gpu_type?, max_price?, min_instances?, max_instances?}. What costs money is asked back with its price before anything is done; starting a type that there is none of creates one.',
    tags: ['server', 'gpu'],
    examples: [],
    inputModes: ['application/json', 'text/plain'],
    permission: 'servers:control',
    listed: false,
  },
];

import * as z from 'zod';
import { isOneLine, ONE_LINE } from './one-line.ts';
import { PERMISSIONS, ROLES } from './principal.ts';

export const UserId = z.string().regex(/^usr_[A-Za-z0-9_-]{1,40}$/, 'must look like usr_…');
export const KeyId = z.string().regex(/^key_[A-Za-z0-9_-]{1,40}$/, 'must look like key_…');
export const Username = z
  .string()
  .min(2)
  .max(64)
  .regex(/^[A-Za-z0-9._@-]+$/, 'letters, digits and . _ @ - only');
/** Long enough, whatever it is made of (NIST SP 800-63B, 5.1.1.2). */
export const NewPassword = z.string().min(12, 'must have at least 12 characters').max(256);
/** Of a login: old ones may be shorter than what is asked for today. */
export const GivenPassword = z.string().min(1).max(256);
export const RoleName = z.enum(ROLES);

/** A person, as others may see one. */
export const User = z.strictObject({
  user_id: UserId,
  username: Username,
  role: RoleName,
  disabled: z.boolean(),
  must_change_password: z.boolean(),
  created_at: z.iso.datetime(),
  last_login_at: z.iso.datetime().nullable(),
});
export type User = z.infer<typeof User>;

/** A key of a program, as its owner may see it: never the key itself. */
export const ApiKey = z.strictObject({
  key_id: KeyId,
  name: z.string().min(1).max(120).refine(isOneLine, ONE_LINE),
  owner: z.string(),
  permissions: z.array(z.enum(PERMISSIONS)).describe('never more than the owner has'),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  last_used_at: z.iso.datetime().nullable().describe('to within five minutes'),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const AUDIT_EVENTS = [
  'login_success',
  'login_failure',
  'logout',
  'password_changed',
  'user_created',
  'user_changed',
  'user_removed',
  'user_acted_for',
  'key_created',
  'key_removed',
  'delegated',
  'delegation_refused',
  /** A GPU server was ordered. */
  'server_created',
  /** One was started, stopped, changed or ended by somebody. */
  'server_controlled',
  'suspicious_activity',
  /** Somebody asked for what the role or key does not allow. */
  'permission_denied',
  /** What was older than it may be (H200_RETENTION_ variables) was deleted. */
  'removed_by_age',
  /** Records were taken along, a link to a photo was made, or the audit log was read. */
  'data_access',
  /** A rule of everyone, a secret or the certificate is another one. */
  'configuration_change',
] as const;

/** One line of the audit log; each holds the hash of the one before, so that a removed or changed line shows. */
export const AuditLine = z.strictObject({
  number: z.int().positive(),
  time: z.iso.datetime(),
  event: z.enum(AUDIT_EVENTS),
  actor: z.string().describe('id of a user; a name that nobody has for failed logins'),
  target: z.string().nullable(),
  client: z.string().nullable().describe('address'),
  details: z.record(z.string(), z.string()),
  previous: z.string(),
  hash: z.string().describe('SHA-256 of the line without it'),
});
export type AuditLine = z.infer<typeof AuditLine>;

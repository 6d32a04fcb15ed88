import { useQuery } from '@tanstack/vue-query';
import { answer, api } from '../../api/client.ts';
import { may } from '../../session/session.ts';

export const TARGETS = ['webhook', 'n8n', 'slack', 'discord', 'email', 'templated'] as const;
export type Target = (typeof TARGETS)[number];

/** What whoever runs the server sets for each (`src/config/notify.ts`). */
export const SETTINGS: Readonly<Record<Target, readonly string[]>> = {
  webhook: ['WEBHOOK_URL'],
  n8n: ['N8N_WEBHOOK_URL'],
  slack: ['SLACK_WEBHOOK_URL'],
  discord: ['DISCORD_WEBHOOK_URL'],
  email: ['EMAIL_TO', 'EMAIL_FROM', 'SMTP_HOST'],
  templated: ['TEMPLATED_API_KEY', 'TEMPLATED_TEMPLATE_ID'],
};

/** Where messages of this server go. */
export const useTargets = () =>
  useQuery({
    queryKey: ['notifications'],
    queryFn: () => answer(api.GET('/api/v1/notifications')),
    enabled: may('servers:read'),
    refetchInterval: 30_000,
  });

import { Command } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import { printableJson } from '../plain-text.ts';
import { firstLinkAt } from './first-link.ts';
import { print, tellLine } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { withApp } from './with-app.ts';

const MOST = 100;

export const usersCommand = () =>
  new Command('users')
    .description('users of the server')
    .addCommand(linkCommand())
    .addCommand(passwordCommand())
    .addCommand(listCommand());

const linkCommand = () =>
  new Command('link')
    .description('a link that makes the first administrator: once, within an hour; the one before it ends')
    .option('--url <address>', 'of the server', 'http://127.0.0.1:8000')
    .option('--json', 'one JSON document on stdout')
    .action(async ({ url, json }: { url: string; json?: boolean }) => {
      if (!URL.canParse(url) || !/^https?:\/\//i.test(url))
        throw new UsageError('users link', ['--url: must be an http or https address']);
      await withApp(async ({ services: { accounts, capabilities } }) => {
        if (capabilities.readOnly) throw new ConfigError(['H200_READ_ONLY: nobody can be made while it is set']);
        const link = await accounts.firstLink({ again: true });
        if (link === null) return;
        const at = firstLinkAt(url, link.token);
        print(json ? `${printableJson({ link: at, expires_at: link.expires_at }, 2)}\n` : `${at}\n`);
      });
    });

const passwordCommand = () =>
  new Command('password')
    .description('a new password for somebody who forgot it, the last administrator too: the next login must change it')
    .argument('<name>', 'of the user')
    .option('--json', 'one JSON document on stdout')
    .action((name: string, { json }: { json?: boolean }) =>
      withApp(async ({ services: { accounts, capabilities } }) => {
        if (capabilities.readOnly) throw new ConfigError(['H200_READ_ONLY: nobody can be changed while it is set']);
        const { LOCAL } = await import('../contract/principal.ts');
        const { user, password } = await accounts.replacePassword({ principal: LOCAL }, name);
        print(json ? `${printableJson({ username: user.username, password }, 2)}\n` : `${password}\n`);
        tellLine(
          `The password of "${user.username}" until the next login, which asks for another one. All logins have ended.`,
        );
      }),
    );

const listCommand = () =>
  new Command('list')
    .description('the newest users, one a line')
    .option('--json', 'one JSON document on stdout')
    .action(({ json }: { json?: boolean }) =>
      withApp(async ({ services: { accounts } }) => {
        const { LOCAL } = await import('../contract/principal.ts');
        const call = { principal: LOCAL };
        const [{ items: users }, total] = await Promise.all([
          accounts.users(call, { limit: MOST }),
          accounts.countUsers(call),
        ]);
        const lines = users.map(({ username, role, disabled, user_id, last_login_at: last }) =>
          [user_id, role, disabled ? 'disabled' : 'active', last ?? 'never logged in', username].join('  '),
        );
        print(
          json
            ? `${printableJson({ total, users }, 2)}\n`
            : `Users: ${total}, ${users.length} shown.\n${lines.map((line) => `${line}\n`).join('')}`,
        );
      }),
    );

import type { App } from '../app/create-app.ts';
import { tellLine } from './terminal.ts';

type What = 'analyses' | 'rules';

/** One line on stderr where users of the server have more of it than the command line shows. */
export async function tellOfUsers(app: Pick<App, 'examine'>, what: What): Promise<void> {
  const more = (await app.examine.ofUsers())[what];
  if (more > 0) {
    tellLine(
      `${more} more ${what} belong to users of the server: the command line shows this machine's own. --owner NAME shows those of one; "h200-mug data export FILE" has all.`,
    );
  }
}

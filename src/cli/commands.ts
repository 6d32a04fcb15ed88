import { analysesCommand } from './analyses.ts';
import { analyzeCommand } from './analyze.ts';
import { cacheCommand } from './cache.ts';
import { dataCommand } from './data.ts';
import { deployCommand } from './deploy.ts';
import { doctorCommand } from './doctor.ts';
import { markerCommand } from './marker.ts';
import { modelsCommand } from './models.ts';
import { notifyCommand } from './notify.ts';
import { queueCommand } from './queue.ts';
import { rulesCommand } from './rules.ts';
import { secretsCommand } from './secrets.ts';
import { serveCommand } from './serve.ts';
import { serverlessCommand } from './serverless.ts';
import { setupCommand } from './setup.ts';
import { stdioCommand } from './stdio.ts';
import { usersCommand } from './users.ts';
import { workerCommand } from './worker.ts';

/** Everything that `h200-mug` can be told to do, in the order of its help. */
export const COMMANDS = [
  stdioCommand,
  serveCommand,
  serverlessCommand,
  workerCommand,
  analyzeCommand,
  analysesCommand,
  rulesCommand,
  setupCommand,
  modelsCommand,
  markerCommand,
  dataCommand,
  cacheCommand,
  secretsCommand,
  usersCommand,
  notifyCommand,
  deployCommand,
  queueCommand,
  doctorCommand,
] as const;

/** What it does when nobody says what. */
export const DEFAULT_COMMAND = stdioCommand;

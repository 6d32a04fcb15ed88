import { analysesCommand } from './analyses.ts';
import { analyzeCommand } from './analyze.ts';
import { cacheCommand } from './cache.ts';
import { dataCommand } from './data.ts';
import { doctorCommand } from './doctor.ts';
import { markerCommand } from './marker.ts';
import { modelsCommand } from './models.ts';
import { notifyCommand } from './notify.ts';
import { rulesCommand } from './rules.ts';
import { secretsCommand } from './secrets.ts';
import { serveCommand } from './serve.ts';
import { serverlessCommand } from './serverless.ts';
import { stdioCommand } from './stdio.ts';
import { usersCommand } from './users.ts';

/** Everything that `h200-mug` can be told to do, in the order of its help. */
export const COMMANDS = [
  stdioCommand,
  serveCommand,
  serverlessCommand,
  analyzeCommand,
  analysesCommand,
  rulesCommand,
  modelsCommand,
  markerCommand,
  dataCommand,
  cacheCommand,
  secretsCommand,
  usersCommand,
  notifyCommand,
  doctorCommand,
] as const;

/** What it does when nobody says what. */
export const DEFAULT_COMMAND = stdioCommand;

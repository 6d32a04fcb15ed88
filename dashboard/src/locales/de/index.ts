import analyse from './analyse.ts';
import cameras from './cameras.ts';
import common from './common.ts';
import desk from './desk.ts';
import history from './history.ts';
import login from './login.ts';
import metrics from './metrics.ts';
import overview from './overview.ts';
import rules from './rules.ts';
import servers from './servers.ts';
import settings from './settings.ts';

/** One file for each page. */
export default { ...common, analyse, cameras, desk, history, login, metrics, overview, rules, servers, settings };

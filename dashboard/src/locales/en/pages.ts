import analyse from './analyse.ts';
import cameras from './cameras.ts';
import desk from './desk.ts';
import history from './history.ts';
import kinds from './kinds.ts';
import metrics from './metrics.ts';
import rules from './rules.ts';
import servers from './servers.ts';
import settings from './settings.ts';

/** Of all other pages: loaded with the first of them. One file for each. */
export default { analyse, cameras, desk, history, kinds, metrics, rules, servers, settings };

import common from './common.ts';
import login from './login.ts';
import metrics from './metrics.ts';
import overview from './overview.ts';
import rules from './rules.ts';
import settings from './settings.ts';

/** One file for each page. */
export default { ...common, login, metrics, overview, rules, settings };

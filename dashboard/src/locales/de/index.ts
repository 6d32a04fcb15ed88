import common from './common.ts';
import login from './login.ts';

/** One file for each page. */
export default { ...common, login };

import analyse from './analyse.ts';
import cameras from './cameras.ts';
import common from './common.ts';
import desk from './desk.ts';
import history from './history.ts';
import login from './login.ts';

/** One file for each page. */
export default { ...common, analyse, cameras, desk, history, login };

import common from './common.ts';
import login from './login.ts';
import overview from './overview.ts';

/** Of the frame, the login and the first page. */
export default { ...common, login, overview };

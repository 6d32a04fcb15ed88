import type { FastifyInstance } from 'fastify';
import type { Services } from '../../services.ts';

const SETUP = '/setup';
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const page = (body: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="referrer" content="no-referrer" />
    <title>H200 Mug Positioning · first administrator</title>
    <link rel="stylesheet" href="${SETUP}/page.css" />
  </head>
  <body>
    <main>
      <h1>First administrator</h1>
      ${body}
    </main>
  </body>
</html>
`;
const LOG_IN = `To log in, open <a href="./">the dashboard</a>. Programs send name and password to <code>POST /api/v1/auth/login</code>;
<a href="api/docs">api/docs</a> lists what its token is good for.`;
const FORM = page(`<form>
        <p>From then on everyone must log in. The password needs at least 12 characters.</p>
        <label>Name <input name="username" required minlength="2" maxlength="64" autocomplete="username" /></label>
        <label>Password <input name="password" type="password" required minlength="12" maxlength="256" autocomplete="new-password" /></label>
        <button>Create administrator</button>
      </form>
      <p role="status"></p>
      <p id="next" hidden>${LOG_IN}</p>
      <script src="${SETUP}/page.js"></script>`);
/** Of a link that was used nobody fills in a form first. */
const DONE =
  page(`<p>There is an administrator already: the link worked once. Further users are made by an administrator.</p>
      <p>${LOG_IN}</p>`);
const STYLE = `body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; color-scheme: light dark; }
main { max-width: 28rem; margin: auto; }
label { display: block; margin: 1rem 0; }
input { display: block; width: 100%; font: inherit; padding: 0.4rem; box-sizing: border-box; }
button { font: inherit; padding: 0.4rem 1rem; }
`;
const SCRIPT = `const token = location.hash.slice(1);
history.replaceState(null, '', location.pathname);
const form = document.querySelector('form');
const status = document.querySelector('[role=status]');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { username, password } = Object.fromEntries(new FormData(form));
  try {
    const answer = await fetch('/api/v1/auth/first-admin', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, username, password }),
    });
    const said = await answer.json();
    status.textContent = answer.ok
      ? said.username + ' is the administrator.'
      : said.error.message + ' ' + said.error.advice;
    if (answer.ok) {
      form.remove();
      document.querySelector('#next').hidden = false;
    }
  } catch {
    status.textContent = 'The server cannot be reached.';
  }
});
`;

/** The page behind the link; the token stands in its fragment, which is sent to no server and stands in no log. */
export function routeSetupPage(app: FastifyInstance, { accounts }: Services): void {
  const open = { schema: { hide: true }, config: { open: true } };
  app.get(SETUP, open, async (_request, reply) =>
    reply
      .header('content-security-policy', POLICY)
      .header('referrer-policy', 'no-referrer')
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send((await accounts.inUse()) ? DONE : FORM),
  );
  app.get(`${SETUP}/page.js`, open, (_request, reply) => reply.type('text/javascript; charset=utf-8').send(SCRIPT));
  app.get(`${SETUP}/page.css`, open, (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));
}

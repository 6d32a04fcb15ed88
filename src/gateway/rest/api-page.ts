import Fastify, { type FastifyInstance } from 'fastify';

export const API_DOCS = '/api/docs';

/** Nothing comes from elsewhere; the page's own styles are written into it by its script. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Without what would send readers to the maker's cloud. */
const SETTINGS = {
  url: '/api/openapi.json',
  telemetry: false,
  withDefaultFonts: false,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
};

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>H200 Mug Positioning · API</title>
  </head>
  <body>
    <div id="app"></div>
    <script src="${API_DOCS}/page.js"></script>
    <script src="${API_DOCS}/start.js"></script>
  </body>
</html>
`;
const START = `Scalar.createApiReference('#app', ${JSON.stringify(SETTINGS)});\n`;

/** A page on which the API can be read and tried, also without a network. Its five megabytes are loaded by its first reader. */
export function routeApiPage(app: FastifyInstance): void {
  const open = { schema: { hide: true }, config: { open: true } };
  let script: Promise<string> | undefined;
  app.get(API_DOCS, open, (_request, reply) =>
    reply.header('content-security-policy', POLICY).type('text/html; charset=utf-8').send(PAGE),
  );
  app.get(`${API_DOCS}/start.js`, open, (_request, reply) => reply.type('text/javascript; charset=utf-8').send(START));
  app.get(`${API_DOCS}/page.js`, open, async (_request, reply) => {
    script ??= pageScript();
    return reply
      .header('cache-control', 'public, max-age=86400')
      .type('text/javascript; charset=utf-8')
      .send(await script);
  });
}

/** The package brings its script only inside a plugin. */
async function pageScript(): Promise<string> {
  const { default: scalar } = await import('@scalar/fastify-api-reference');
  const inner = Fastify();
  try {
    await inner.register(scalar, { routePrefix: '/docs', configuration: { url: SETTINGS.url } });
    const { statusCode, body } = await inner.inject('/docs/js/scalar.js');
    if (statusCode !== 200) throw new Error('the page of the API has no script');
    return body;
  } finally {
    await inner.close();
  }
}

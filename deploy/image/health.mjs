import { request as http } from 'node:http';
import { request as https } from 'node:https';

/**
 * Whether the server of this container is ready: asked by itself, over its own loopback. A certificate for its public name is
 * as good as any there. An address that may not call (H200_ALLOWED_IPS) is told so by a server that lives.
 */
const secure = Boolean(process.env.H200_TLS_CERT);
const ask = secure ? https : http;
const [host = '127.0.0.1', port = '8000', path = '/readyz'] = process.argv.slice(2);
const question = ask(
  { host, port, path, timeout: 4000, ...(secure && { rejectUnauthorized: false }) },
  ({ statusCode = 0 }) => process.exit(statusCode === 200 || statusCode === 403 ? 0 : 1),
);
question.on('timeout', () => question.destroy(new Error('no answer')));
question.on('error', ({ message }) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
question.end();

import { renew, token } from '../session/session.ts';
import { Offline } from './api-error.ts';
import { transport } from './transport.ts';

/**
 * A request with the login of this page. Where the token has just expired, it is renewed and the request sent once more. Where the
 * login has ended, the page asks for it anew over what is there, and the request waits for that: nothing that was typed is lost.
 * Throws Offline where the server cannot be reached.
 */
export async function authorizedFetch(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await send(request);
  if (response.status !== 401) return response;
  await renew(token.value);
  return send(again);
}

async function send(request: Request): Promise<Response> {
  const headers = new Headers(request.headers);
  if (token.value !== null) headers.set('authorization', `Bearer ${token.value}`);
  try {
    return await transport.fetch(new Request(request, { headers, credentials: 'same-origin' }));
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    throw new Offline(request.method === 'GET' || request.method === 'HEAD');
  }
}

import { type HttpAnswer, HttpProduct, INITIALIZE, legacy, messageOf } from '../support/http.ts';
import { httpCases, legacyCases, messageCases, modernCases, type ProtocolCase } from '../support/protocol-cases.ts';
import { shareOf } from '../support/random.ts';
import type { AttackSet, Tally } from '../support/set.ts';

/** Requests that are wrong in one way each; status and code are pinned. */
export const protocolSet: AttackSet = {
  id: 'S6',
  title: 'wrong requests of MCP and JSON-RPC',
  bounds: { maxMs: 2000, maxRssMb: 1000 },
  async run(tally, { share }) {
    const product = await HttpProduct.open(tally);
    try {
      const opened = await product.send('/mcp', legacy(INITIALIZE));
      const session = opened.headers['mcp-session-id'] as string;
      const all = [...modernCases(), ...messageCases(), ...httpCases(), ...legacyCases(session)];
      for (const one of shareOf(all, share, 40)) await tryCase(tally, product, one);
      tally.note('status and code of each are pinned');
      const ping = await product.send('/mcp', legacy({ jsonrpc: '2.0', id: 2, method: 'ping' }, session));
      if (ping.status !== 200) tally.fail('the session afterwards', `${ping.status} ${ping.body}`);
    } finally {
      await product.stop();
    }
  },
};

async function tryCase(
  tally: Tally,
  product: HttpProduct,
  { name, path = '/mcp', request, status, code }: ProtocolCase,
) {
  const begun = performance.now();
  const answer = await product.send(path, request).catch((error: Error) => error);
  if (answer instanceof Error) return tally.failed(name, answer.message);
  const seen = codeOf(answer);
  if (answer.status === status && seen === code) tally.held(name, 'refused', performance.now() - begun);
  else tally.failed(name, `${answer.status} ${seen}, not ${status} ${code}: ${answer.body.slice(0, 200)}`);
}

function codeOf({ body }: HttpAnswer): number | string | null {
  return (messageOf(body) as { error?: { code?: number | string } } | null)?.error?.code ?? null;
}

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FORBIDDEN_SCHEMES, FORBIDDEN_URLS, PRIVATE } from '../support/addresses.ts';
import { HONEST, HOSTILE, openHostileHost, SLOW } from '../support/hostile-host.ts';
import { eachOf } from '../support/in-turn.ts';
import { LOOK } from '../support/photo-case.ts';
import { shareOf } from '../support/random.ts';
import { EXAMPLE } from '../support/seeds.ts';
import type { AttackSet, Tally } from '../support/set.ts';
import { StdioProduct, tryCall } from '../support/stdio.ts';

const STAGE = new URL('../stage/network.ts', import.meta.url).href;
/** Below this share of the cases the slow hosts, which cost a whole time limit, are left out. */
const QUICK = 0.05;
/** They play the public internet. */
const PUBLIC = ['93.184.215.14', '2606:2800:21f:cb07::14'];

/** Addresses that lead inside, names that change, hosts that redirect, drip and flood. */
export const forgedAddressSet: AttackSet = {
  id: 'S8',
  title: 'addresses that lead inside, hostile hosts',
  bounds: { maxMs: 15_000, maxRssMb: 1000 },
  async run(tally, { share }) {
    const inside = PRIVATE.map((_, i) => `private${i}.example`);
    const host = await openHostileHost(
      ['good.example', 'rebind.example', 'mixed.example', ...inside],
      readFileSync(EXAMPLE),
    );
    const certificate = join(tmpdir(), `h200-attack-${process.pid}.pem`);
    writeFileSync(certificate, host.cert);
    const names: Record<string, string[][]> = {
      'good.example': [[PUBLIC[0]!]],
      'rebind.example': [[PUBLIC[0]!], ['127.0.0.1']],
      'mixed.example': [[PUBLIC[0]!, '10.0.0.7']],
      ...Object.fromEntries(inside.map((name, i) => [name, [[PRIVATE[i]!]]])),
    };
    const product = await StdioProduct.open(tally, {
      stage: [STAGE],
      env: {
        NODE_EXTRA_CA_CERTS: certificate,
        H200_ATTACK_NAMES: JSON.stringify(names),
        H200_ATTACK_PUBLIC: PUBLIC.join(),
        H200_ATTACK_PORT: String(host.port),
      },
    });
    const dials: string[] = [];
    product.child.on('message', ({ dialled }: { dialled?: string }) => {
      if (dialled !== undefined) dials.push(dialled);
    });
    try {
      const urls = [...FORBIDDEN_URLS, ...FORBIDDEN_SCHEMES, `http://127.0.0.1:${host.insidePort}/`];
      for (const url of shareOf(urls, share, 15)) await refused(tally, product, url);
      if (dials.length > 0) tally.fail('addresses that lead inside', `dialled ${dials}`);
      const leadInside = shareOf([...inside, 'mixed.example', 'unknown.example'], share, 5);
      await eachOf(leadInside, 16, (name) => refused(tally, product, `https://${name}/ok`));
      if (dials.length > 0) tally.fail('names that lead inside', `dialled ${dials}`);
      for (const path of HONEST) await answered(tally, product, `https://good.example${path}`);
      for (const path of HOSTILE) await refused(tally, product, `https://good.example${path}`);
      for (const path of ['https://rebind.example/ok', 'https://good.example/to-rebound'])
        await refused(tally, product, path);
      await Promise.all(
        SLOW.slice(0, share < QUICK ? 0 : undefined).map((path) =>
          refused(tally, product, `https://good.example${path}`),
        ),
      );
      const wrong = dials.filter((address) => !PUBLIC.includes(address));
      if (wrong.length > 0) tally.fail('a dial', `went to ${wrong}`);
      if (host.visitors() > 0) tally.fail('a server of this machine', `had ${host.visitors()} visitors`);
      tally.note(`${dials.length} dials, all to the addresses that were checked`);
    } finally {
      await product.stop();
      host.close();
      rmSync(certificate);
    }
  },
};

async function refused(tally: Tally, product: StdioProduct, url: string): Promise<void> {
  const outcome = await tryCall(tally, product, url.slice(0, 100), 'analyze_image', { ...LOOK, image: url });
  if (outcome?.how === 'answered') tally.fail(url, 'was fetched');
}

async function answered(tally: Tally, product: StdioProduct, url: string): Promise<void> {
  const outcome = await tryCall(tally, product, url, 'analyze_image', { ...LOOK, image: url });
  if (outcome?.how === 'refused') tally.fail(url, `was refused: ${outcome.said}`);
}

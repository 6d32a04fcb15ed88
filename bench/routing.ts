import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import { createCompute } from '../src/analysis/away/compute.ts';
import { encodeWork } from '../src/analysis/away/work.ts';
import { hereBackend } from '../src/analysis/backend.ts';
import { checkedRequest } from '../src/analysis/checked-request.ts';
import { runPipeline } from '../src/analysis/pipeline.ts';
import { LOCAL } from '../src/contract/principal.ts';
import type { RoutingEntry } from '../src/contract/routing.ts';
import { openHttpWorkers } from '../src/fleet/runpod/workers-by-http.ts';
import { routeCompute } from '../src/gateway/worker/compute-routes.ts';
import { createImageIntake } from '../src/image/intake.ts';
import { withoutMetadata } from '../src/image/metadata.ts';
import { AT_ONCE } from '../src/ports/computing.ts';
import { Measuring } from '../src/routing/measuring.ts';
import { createRouter } from '../src/routing/router.ts';
import { RoutedServers } from '../src/routing/servers.ts';
import { createLog } from '../src/telemetry/log.ts';
import { Metrics } from '../src/telemetry/metrics.ts';
import { scripted } from '../tests/queue/rig.ts';
import { isQuick, line, machine, paired, ratioText } from './support/measure.ts';

/**
 * What routing costs: an analysis that the router sends to this process ÷ the same pipeline called directly; one that it sends to a
 * pod over HTTP ÷ a bare client (fetch, the work encoded before, the answer parsed and no more) of the same server. The model is scripted:
 * it would take the same time on both sides and hide what is measured.
 */
const EACH = 20;
const ROUNDS = isQuick ? 5 : 15;
const photo = readFileSync(new URL('../examples/mug-too-close.jpg', import.meta.url));
const intake = createImageIntake({ allowedRoots: [] });
const image = await intake.fromBytes(photo, 'desk.jpg');
const { detector } = scripted();
const pipeline = { detector, readGradient: async () => null, computing: AT_ONCE };
const clock = () => performance.now();
const signal = new AbortController().signal;

const app = Fastify({ logger: false });
const compute = createCompute({ ...pipeline, intake }, 60_000);
routeCompute(app, compute, { mostBytes: 2 ** 25, admitted: (_request, _reply, job) => job(signal) });
const url = await app.listen({ port: 0, host: '127.0.0.1' });

const workers = openHttpWorkers({
  ...{ key: () => undefined, restUrl: url, jobsUrl: url, balancerUrl: url, podUrl: url },
  ...{ networkVolumeId: null, flashboot: false },
});
const metrics = new Metrics();
const routerTo = (entry: RoutingEntry, strip: typeof withoutMetadata = withoutMetadata) =>
  createRouter({
    routing: {
      get: async () => ({ revision: 1, entries: [entry], changed_at: null, rollout_id: null }),
    },
    here: hereBackend(pipeline),
    queue: null,
    servers: new RoutedServers({
      use: { use: async () => () => undefined, touched: async () => undefined },
      places: { placeOf: async (id) => ({ kind: 'pod', providerId: id, token: null }) },
      ...{ workers, withoutMetadata: strip, clock },
    }),
    measuring: new Measuring(metrics, { add: () => undefined }),
    ...{ fallback: false, waitMs: null, clock, log: createLog('silent') },
  });
const HERE = routerTo({ id: 'here', kind: 'here', server_id: null, weight: 100 });
const toPod: RoutingEntry = { id: 'srv_bench', kind: 'pod', server_id: 'srv_bench', weight: 100 };
const POD = routerTo(toPod);
const AS_IT_IS = routerTo(toPod, async ({ bytes }) => bytes);

const request = checkedRequest({ bytes: photo, calibration: { mm_per_pixel: 1 }, use_cache: false });
const options = { signal };
const asked = { image: image.sha256, principal: LOCAL.id };
const work = {
  ...{ request, source: { image, width: image.width, height: image.height }, calibration: null, rules: [] },
  ...{ principal: LOCAL, priority: 'normal' as const, repeats: false, signal, step: () => undefined },
};
const many = (one: () => Promise<unknown>) => async () => {
  for (let n = 0; n < EACH; n += 1) await one();
};
const routed = (router: typeof HERE) =>
  many(async () => {
    const model = await router.identity(options, asked);
    const { content } = await router.run(pipeline, { ...work, model, until: clock() + 60_000 });
    if (content.objects.length === 0) throw new Error('nothing was found');
  });
const body = encodeWork({ ...work, source: { ...work.source, image } });
const bare = many(async () => {
  const answer = await fetch(`${url}/compute`, {
    ...{ method: 'POST', body: new Uint8Array(body), headers: { 'content-type': 'application/octet-stream' } },
  });
  if (!('judged' in ((await answer.json()) as { outcome: object }).outcome)) throw new Error('no answer');
});

console.log(machine());
try {
  const direct = many(() => runPipeline(pipeline, work));
  const here = await paired(ROUNDS, routed(HERE), direct);
  const asItIs = await paired(ROUNDS, routed(AS_IT_IS), bare);
  const pod = await paired(ROUNDS, routed(POD), bare);
  const ms = (r: { a: number; b: number }) => `${(r.a / EACH).toFixed(2)} ÷ ${(r.b / EACH).toFixed(2)} ms`;
  const of = `photo of ${Math.round(photo.length / 1000)} kB, no model`;
  line('routed to this process ÷ the pipeline directly', ratioText(here), '<= 1.1', `${ms(here)}, ${of}`);
  const name = 'routed to a pod ÷ a bare client of the same server';
  line(name, ratioText(asItIs), '<= 1.2', `${ms(asItIs)}, ${of}; the photo as it is`);
  line(`${name}, as shipped`, ratioText(pod), '', `${ms(pod)}; the photo is rid of its metadata first`);
} finally {
  workers.close();
  metrics.close();
  await app.close();
}
process.exit();

import { parseArgs } from 'node:util';
import { startFakeRunpod } from './fake-runpod.ts';
import { runPrograms } from './run-programs.ts';
import { realTime } from './time.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8399' },
    speed: { type: 'string', default: '1' },
    balance: { type: 'string', default: '100' },
    run: { type: 'boolean', default: false },
    none: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
});

const HELP = `A RunPod on this machine; nothing in it costs anything, and nothing outlives it.

  npm run fake:runpod [-- --port 8399] [--speed 60] [--balance 100] [--none "NVIDIA H200"] [--run]

  --speed N     its clock runs so many times as fast: starts, idle times and bills
  --balance N   dollars; with 0 nothing can be created
  --none GPU    of this type there are none; several times
  --run         in its containers runs h200-mug as it was built here (npm run build), one process for each pod and endpoint;
                else nothing does, and the ports of pods answer 200

  curl http://127.0.0.1:8399/fake                              which servers there are
  curl -X POST http://127.0.0.1:8399/fake/SERVER/errors        its analyses fail, and its health is good; or down, hang; well again
`;

if (values.help) {
  console.log(HELP);
} else {
  const fake = await startFakeRunpod({ port: Number(values.port), time: realTime(Number(values.speed)) }).catch(
    (thrown: Error & { code?: string }) => {
      const reason = thrown.code === 'EADDRINUSE' ? 'something listens there already; give --port' : thrown.message;
      console.error(`The fake RunPod cannot listen at port ${values.port}: ${reason}.`);
      process.exit(1);
    },
  );
  fake.account.balance = Number(values.balance);
  for (const id of values.none) fake.account.gpu(id).free = 0;
  // Nothing else is in the containers: queues answer what they were asked.
  fake.containers.emptyIsWell = !values.run;
  if (!values.run) fake.account.usualWork = { executionMs: 500, run: (input) => ({ echo: input }) };
  // Nothing is pulled: the name alone is wanted.
  const env = { H200_SERVER_IMAGE: 'ghcr.io/acme/mug:1.0.0', ...fake.env };
  const lines = Object.entries(env).map(([name, value]) => `export ${name}='${value}'`);
  console.log(
    `# A fake RunPod listens at ${fake.url}. Set these where you run h200-mug; end it with Ctrl-C.\n${lines.join('\n')}`,
  );
  const endPrograms = values.run ? runPrograms(fake, { say: (line) => console.error(line) }) : async () => {};
  const end = () => {
    const late = setTimeout(() => process.exit(1), 30_000);
    void Promise.all([fake.close(), endPrograms()])
      .catch((thrown: unknown) => console.error(thrown))
      .finally(() => {
        clearTimeout(late);
        process.exit(0);
      });
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

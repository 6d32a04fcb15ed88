import { Command } from 'commander';
import { warnOfSettings } from './warn-of-settings.ts';

/** The process ends so long after the end of input, also while a model loads, which takes longer. */
const CLOSE_MS = 100;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export const stdioCommand = (_done: (status: number) => void) =>
  new Command('stdio').description('MCP over stdin and stdout (the default)').action(async () => {
    const [{ readSettings }, { answerFirst }] = await Promise.all([
      import('../app/read-settings.ts'),
      import('../gateway/mcp/transports/first-answer.ts'),
    ]);
    const { config, secrets } = await readSettings(process.env);
    // Asked to stop while it loads: nothing has begun that could be lost.
    const end = () => import('../end-process.ts');
    const leave = () => void end().then(({ endProcess }) => endProcess());
    for (const signal of SIGNALS) process.once(signal, leave);
    const answered = await answerFirst(process.stdin, process.stdout, config.H200_READ_ONLY);
    const [{ createApp }, { mcpSurface }, { serveStdio }, { endProcess }] = await Promise.all([
      import('../app/create-app.ts'),
      import('../app/mcp-surface.ts'),
      import('../gateway/mcp/transports/stdio.ts'),
      end(),
    ]);
    const app = await createApp(config, secrets, { delivery: 'always', routed: true });
    let ending: NodeJS.Timeout | undefined;
    try {
      // An agent shows its user what a tool answers, not how a server ended: it lives on also without a usable folder.
      void warnOfSettings(config);
      const served = serveStdio(app.services, mcpSurface(config, app.signingKeys), answered);
      for (const signal of SIGNALS) process.off(signal, leave);
      await served;
      // What is not closed by then is made for a power cut: records are transactions, files are renamed into place.
      ending = setTimeout(endProcess, CLOSE_MS);
    } finally {
      await app.close();
      ending?.unref();
    }
  });

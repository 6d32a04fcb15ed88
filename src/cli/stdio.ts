import { Command } from 'commander';
import { tellLine } from './terminal.ts';

/** The process ends so long after the end of input, also while a model loads, which takes longer. */
const CLOSE_MS = 100;

export const stdioCommand = (_done: (status: number) => void) =>
  new Command('stdio').description('MCP over stdin and stdout (the default)').action(async () => {
    const [{ createApp }, { mcpSurface }, { loadConfig }, { serveStdio }, { endProcess }] = await Promise.all([
      import('../app/create-app.ts'),
      import('../app/mcp-surface.ts'),
      import('../config/config.ts'),
      import('../gateway/mcp/transports/stdio.ts'),
      import('../gateway/mcp/transports/end-process.ts'),
    ]);
    const config = loadConfig(process.env);
    const app = await createApp(config);
    let end: NodeJS.Timeout | undefined;
    try {
      void warnOfDataFolder(config.H200_DATA_DIR);
      await serveStdio(app.services, mcpSurface(config));
      // What is not closed by then is made for a power cut: records are transactions, files are renamed into place.
      end = setTimeout(endProcess, CLOSE_MS);
    } finally {
      await app.close();
      end?.unref();
    }
  });

/**
 * An agent shows its user what a tool answers, not how a server ended: without a usable folder the server lives and every
 * call says DB_001 with the way out. Here it is said to whoever reads the log.
 */
async function warnOfDataFolder(path: string): Promise<void> {
  const { dataFolder } = await import('./settings.ts');
  const { state, name, detail } = dataFolder(path);
  if (state === 'failed') tellLine(`h200-mug: ${name}: ${detail}`);
}

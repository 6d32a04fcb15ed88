import { Command } from 'commander';

export const stdioCommand = (_done: (status: number) => void) =>
  new Command('stdio').description('MCP over stdin and stdout (the default)').action(async () => {
    const [{ createApp }, { loadConfig }, { serveStdio }] = await Promise.all([
      import('../app.ts'),
      import('../config.ts'),
      import('../gateway/mcp/stdio.ts'),
    ]);
    const app = createApp(loadConfig(process.env));
    try {
      await serveStdio(app.services);
    } finally {
      await app.close();
    }
  });

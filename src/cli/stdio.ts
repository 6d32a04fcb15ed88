import { Command } from 'commander';

export const stdioCommand = (_done: (status: number) => void) =>
  new Command('stdio').description('MCP over stdin and stdout (the default)').action(async () => {
    const [{ createApp }, { mcpSurface }, { loadConfig }, { serveStdio }] = await Promise.all([
      import('../app/create-app.ts'),
      import('../app/mcp-surface.ts'),
      import('../config.ts'),
      import('../gateway/mcp/transports/stdio.ts'),
    ]);
    const config = loadConfig(process.env);
    const app = await createApp(config);
    try {
      await serveStdio(app.services, mcpSurface(config));
    } finally {
      await app.close();
    }
  });

import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('must be a port number, 0 to 65535');
  return value;
}

export const serveCommand = (_done: (status: number) => void) =>
  new Command('serve')
    .description('everything over HTTP: /mcp, /sse, /health, /metrics')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes a free one', port, 8000)
    .option('--no-sse', 'without the deprecated HTTP+SSE transport')
    .action(async (options: { host: string; port: number; sse: boolean }) => {
      const [{ createApp }, { mcpSurface }, { loadConfig }, { assertBindable, createHttpGateway }, { mcpPlugin }] =
        await Promise.all([
          import('../app/create-app.ts'),
          import('../app/mcp-surface.ts'),
          import('../config/config.ts'),
          import('../gateway/http/server.ts'),
          import('../gateway/mcp/http-plugin.ts'),
        ]);
      const config = loadConfig(process.env);
      assertBindable(options.host, config.H200_API_TOKEN);
      const app = await createApp(config);
      const gateway = createHttpGateway(app.services, [mcpPlugin(mcpSurface(config), { sse: options.sse })], {
        host: options.host,
        port: options.port,
        token: config.H200_API_TOKEN,
        allowedHosts: config.H200_ALLOWED_HOSTS,
        allowedOrigins: config.H200_ALLOWED_ORIGINS,
      });
      try {
        const { url } = await gateway.listen();
        process.stderr.write(`h200-mug ${app.services.version} listens on ${url} (MCP: ${url}/mcp)\n`);
        app.services.warm();
        await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
      } finally {
        await gateway.close();
        await app.close();
      }
    });

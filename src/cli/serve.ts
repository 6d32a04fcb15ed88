import { Command, InvalidArgumentError } from 'commander';
import { tellLine } from './terminal.ts';
import { warnOfSettings } from './warn-of-settings.ts';

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('must be a port number, 0 to 65535');
  return value;
}

/** The process ends so long after a request to stop, whatever still loads or runs. */
const STOP_MS = 1900;

export const serveCommand = (_done: (status: number) => void) =>
  new Command('serve')
    .description('everything over HTTP: /mcp, /sse, /api/v1, /api/docs, /health, /metrics')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes a free one', port, 8000)
    .option('--no-sse', 'without the deprecated HTTP+SSE transport')
    .action(async (options: { host: string; port: number; sse: boolean }) => {
      const [
        { createApp },
        { mcpSurface },
        { loadConfig },
        { assertBindable, createHttpGateway },
        { mcpPlugin },
        { restPlugin },
        { livePlugin },
        { filesPlugin },
        { checkStore },
        { prepareAccounts },
        { stopSignal },
        { endProcess },
      ] = await Promise.all([
        import('../app/create-app.ts'),
        import('../app/mcp-surface.ts'),
        import('../config/config.ts'),
        import('../gateway/http/server.ts'),
        import('../gateway/mcp/http-plugin.ts'),
        import('../gateway/rest/rest-plugin.ts'),
        import('../gateway/live/live-plugin.ts'),
        import('../gateway/files/files-plugin.ts'),
        import('./check-store.ts'),
        import('./prepare-accounts.ts'),
        import('../gateway/mcp/transports/stop-signal.ts'),
        import('../gateway/mcp/transports/end-process.ts'),
      ]);
      const config = loadConfig(process.env);
      assertBindable(options.host, config.H200_API_TOKEN ?? config.H200_ADMIN_PASSWORD);
      const app = await createApp(config);
      const gateway = createHttpGateway(
        app.services,
        [mcpPlugin(mcpSurface(config), { sse: options.sse }), restPlugin(), livePlugin(), filesPlugin()],
        {
          host: options.host,
          port: options.port,
          token: config.H200_API_TOKEN,
          adminPassword: config.H200_ADMIN_PASSWORD,
          allowedHosts: config.H200_ALLOWED_HOSTS,
          allowedOrigins: config.H200_ALLOWED_ORIGINS,
          rateLimit: config.H200_RATE_LIMIT,
          trustedProxies: config.H200_TRUSTED_PROXIES,
        },
      );
      try {
        await prepareAccounts(app.services.accounts, config, process.env.NODE_ENV);
        const warning = await checkStore(app.services, config.H200_DATA_DIR);
        if (warning !== null) tellLine(`h200-mug: ${warning}`);
        await warnOfSettings(config);
        const { url } = await gateway.listen();
        const signal = stopSignal();
        tellLine(`h200-mug ${app.services.version} listens on ${url} (MCP: ${url}/mcp)`);
        app.services.warm();
        await signal.stopped;
        setTimeout(endProcess, STOP_MS).unref();
      } finally {
        await gateway.close();
        await app.close();
      }
    });

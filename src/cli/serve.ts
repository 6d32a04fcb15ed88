import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import type { Config } from '../config/config.ts';
import { tellLine } from './terminal.ts';
import { warnOfSettings } from './warn-of-settings.ts';

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('must be a port number, 0 to 65535');
  return value;
}

/** The process ends so long after a request to stop, whatever still loads or runs. */
const STOP_MS = 1900;

const otherPorts = ({ H200_DASHBOARD_PORT: dashboard, H200_EXTRA_PORTS: extra }: Config) => [
  ...new Set([...(dashboard === undefined ? [] : [dashboard]), ...extra]),
];

export const serveCommand = (_done: (status: number) => void) =>
  new Command('serve')
    .description('everything over HTTP: /mcp, /sse, /ag-ui, /api/v1, /api/docs, /health, /metrics')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes a free one', port, 8000)
    .option('--login', 'everyone must log in; a link that is printed once makes the first administrator')
    .option('--no-sse', 'without the deprecated HTTP+SSE transport')
    .action(async (options: { host: string; port: number; sse: boolean; login?: boolean }) => {
      const [
        { createApp },
        { mcpSurface },
        { readSettings },
        { assertBindable, createHttpGateway },
        { mcpPlugin },
        { restPlugin },
        { livePlugin },
        { filesPlugin },
        { aguiPlugin },
        { a2aPlugin },
        { dashboardPlugin },
        { computePlugin },
        { PACKAGE_ROOT },
        { checkStore },
        { prepareAccounts },
        { tellOfFirstLink },
        { openCertificate },
        { openMetrics },
        { stopSignal },
        { endProcess },
      ] = await Promise.all([
        import('../app/create-app.ts'),
        import('../app/mcp-surface.ts'),
        import('../app/read-settings.ts'),
        import('../gateway/http/server.ts'),
        import('../gateway/mcp/http-plugin.ts'),
        import('../gateway/rest/rest-plugin.ts'),
        import('../gateway/live/live-plugin.ts'),
        import('../gateway/files/files-plugin.ts'),
        import('../gateway/agui/agui-plugin.ts'),
        import('../gateway/a2a/a2a-plugin.ts'),
        import('../gateway/dashboard/dashboard-plugin.ts'),
        import('../gateway/worker/compute-plugin.ts'),
        import('../version.ts'),
        import('./check-store.ts'),
        import('./prepare-accounts.ts'),
        import('./first-link.ts'),
        import('./open-certificate.ts'),
        import('./metrics-port.ts'),
        import('../gateway/mcp/transports/stop-signal.ts'),
        import('../end-process.ts'),
      ]);
      const { config, secrets } = await readSettings(process.env);
      assertBindable(options.host, config.H200_API_TOKEN ?? config.H200_ADMIN_PASSWORD, options.login);
      const app = await createApp(config, secrets, { delivery: 'always', queue: 'use', routed: true });
      const tls = await openCertificate(config, app.services).catch(async (thrown: unknown) => {
        await app.close();
        throw thrown;
      });
      const surface = mcpSurface(config, app.signingKeys);
      const gateway = createHttpGateway(
        app.services,
        [
          mcpPlugin(surface, { sse: options.sse }),
          restPlugin(),
          livePlugin(),
          filesPlugin(),
          aguiPlugin(surface),
          a2aPlugin({ keys: app.cardKeys }),
          computePlugin(app.compute),
          dashboardPlugin({ folder: fileURLToPath(new URL('dashboard/dist/', PACKAGE_ROOT)) }),
        ],
        {
          host: options.host,
          port: options.port,
          otherPorts: otherPorts(config),
          token: () => secrets.get('H200_API_TOKEN'),
          adminPassword: config.H200_ADMIN_PASSWORD,
          loginWanted: options.login === true,
          allowedHosts: config.H200_ALLOWED_HOSTS,
          allowedOrigins: config.H200_ALLOWED_ORIGINS,
          rateLimit: config.H200_RATE_LIMIT,
          sharedRates: await app.shareRates(),
          trustedProxies: config.H200_TRUSTED_PROXIES,
          allowedIps: config.H200_ALLOWED_IPS,
          healthFromAnywhere: config.H200_HEALTH_FROM_ANYWHERE,
          tls,
        },
      );
      let closeMetrics = async () => {};
      try {
        const stopPreparing = await prepareAccounts(app.services.accounts, config, process.env.NODE_ENV, {
          warn: ({ code, message }) => tellLine(`h200-mug: ${code}: ${message} The administrator is made later.`),
        });
        const warning = await checkStore(app.services, config.H200_DATA_DIR);
        if (warning !== null) tellLine(`h200-mug: ${warning}`);
        await warnOfSettings(config);
        closeMetrics = await openMetrics(config, app.services.metrics);
        app.startBackups();
        const { url } = await gateway.listen();
        const signal = stopSignal();
        tellLine(`h200-mug ${app.services.version} listens on ${url} (MCP: ${url}/mcp, dashboard: ${url}/)`);
        await tellOfFirstLink(app.services, config, { url, loginWanted: options.login === true });
        app.services.warm();
        app.watchCameras();
        app.recordSeries();
        app.deliverCallbacks();
        await signal.stopped;
        stopPreparing();
        setTimeout(endProcess, STOP_MS).unref();
      } finally {
        tls?.close();
        await closeMetrics();
        await gateway.close();
        await app.close();
      }
    });

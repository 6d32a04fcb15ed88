import { MCP_SURFACE } from '../../src/app/mcp-surface.ts';
import { serveStdio } from '../../src/gateway/mcp/transports/stdio.ts';
import { createFakeServices } from './fake-services.ts';

/** A stdio server over the fake services, for tests that need a process. Prints on purpose: none of it may reach stdout. */
const services = createFakeServices(process.env as Record<string, string>);
const serving = serveStdio(services, MCP_SURFACE);
console.log('a library that prints');
process.stdout.write('another one\n');
await serving;
process.exit(0);

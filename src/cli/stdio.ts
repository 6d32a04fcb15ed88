import { Command } from 'commander';
import { createApp } from '../app.ts';
import { loadConfig } from '../config.ts';
import { serveStdio } from '../gateway/mcp/stdio.ts';

export const stdioCommand = (_done: (status: number) => void) =>
  new Command('stdio').description('MCP over stdin and stdout (the default)').action(async () => {
    const app = createApp(loadConfig(process.env));
    try {
      await serveStdio(app.services);
    } finally {
      await app.close();
    }
  });

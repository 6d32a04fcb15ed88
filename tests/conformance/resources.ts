import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { PIXEL } from './content-tools.ts';

export function registerResources(server: McpServer): void {
  const text = (uri: string, value: string) => ({ contents: [{ uri, mimeType: 'text/plain', text: value }] });
  server.registerResource('static-text', 'test://static-text', { mimeType: 'text/plain' }, (uri) =>
    text(uri.href, 'This is the content of the static text resource.'),
  );
  server.registerResource('static-binary', 'test://static-binary', { mimeType: 'image/png' }, (uri) => ({
    contents: [{ uri: uri.href, mimeType: 'image/png', blob: PIXEL }],
  }));
  server.registerResource('watched-resource', 'test://watched-resource', { mimeType: 'text/plain' }, (uri) =>
    text(uri.href, 'Watched resource content'),
  );
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { mimeType: 'application/json' },
    (uri, { id }) => text(uri.href, JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` })),
  );
}

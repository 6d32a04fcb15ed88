import { fromJsonSchema, type McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

/** A red PNG of one pixel and eight silent samples of WAV. */
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const SOUND = 'UklGRiwAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQgAAACAgICAgICAgA==';

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

/** Tools that answer with each kind of content. */
export function registerContentTools(server: McpServer): void {
  const tool = (name: string, answer: () => Parameters<typeof text>[0] | object) =>
    server.registerTool(name, { description: `Conformance fixture ${name}` }, () => {
      const value = answer();
      return typeof value === 'string' ? text(value) : (value as ReturnType<typeof text>);
    });
  const image = { type: 'image', data: PIXEL, mimeType: 'image/png' };
  const resource = (uri: string) => ({
    type: 'resource',
    resource: { uri, mimeType: 'text/plain', text: 'This is an embedded resource.' },
  });
  tool('test_simple_text', () => 'This is a simple text response for testing.');
  tool('test_image_content', () => ({ content: [image] }));
  tool('test_audio_content', () => ({ content: [{ type: 'audio', data: SOUND, mimeType: 'audio/wav' }] }));
  tool('test_embedded_resource', () => ({ content: [resource('test://embedded-resource')] }));
  tool('test_multiple_content_types', () => ({
    content: [{ type: 'text', text: 'Multiple content types test:' }, image, resource('test://mixed-content-resource')],
  }));
  tool('test_error_handling', () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  server.registerTool(
    'test_custom_header',
    {
      description: 'Conformance fixture with a parameter that travels as a header',
      inputSchema: z.object({ region: z.string().meta({ 'x-mcp-header': 'Region' }).optional() }),
    },
    ({ region }) => text(`region: ${region ?? 'none'}`),
  );
  server.registerTool(
    'json_schema_2020_12_tool',
    {
      description: 'Conformance fixture with JSON Schema 2020-12 keywords',
      inputSchema: fromJsonSchema<Record<string, unknown>>({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        $defs: {
          address: {
            $anchor: 'addressDef',
            type: 'object',
            properties: { street: { type: 'string' }, city: { type: 'string' } },
          },
        },
        properties: {
          name: { type: 'string' },
          address: { $ref: '#/$defs/address' },
          contactMethod: { type: 'string', enum: ['phone', 'email'] },
          phone: { type: 'string' },
          email: { type: 'string' },
        },
        allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
        if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
        // biome-ignore lint/suspicious/noThenProperty: a JSON Schema keyword
        then: { required: ['phone'] },
        else: { required: ['email'] },
        additionalProperties: false,
      }),
    },
    (args) => text(JSON.stringify(args)),
  );
}

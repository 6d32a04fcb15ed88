import { expect, it } from 'vitest';
import type { ClientName, Place, Scope } from '../../src/setup/clients.ts';
import { spotOf, UnknownScope } from '../../src/setup/setup.ts';

const linux: Place = { platform: 'linux', home: '/home/me', env: {}, project: '/home/me/desk', namesIn: () => [] };
const mac: Place = { platform: 'darwin', home: '/Users/me', env: {}, project: '/Users/me/desk', namesIn: () => [] };
const windows: Place = {
  platform: 'win32',
  home: 'C:\\Users\\me',
  env: { APPDATA: 'C:\\Users\\me\\AppData\\Roaming' },
  project: 'D:\\desk',
  namesIn: () => [],
};
const SUPPORT = '/Users/me/Library/Application Support';

it.each<[ClientName, Scope, Place, string, string]>([
  ['claude-code', 'user', linux, '/home/me/.claude.json', 'mcpServers'],
  ['claude-code', 'project', mac, '/Users/me/desk/.mcp.json', 'mcpServers'],
  ['claude-code', 'local', linux, '/home/me/.claude.json', 'projects,/home/me/desk,mcpServers'],
  ['claude-desktop', 'user', mac, `${SUPPORT}/Claude/claude_desktop_config.json`, 'mcpServers'],
  ['claude-desktop', 'user', linux, '/home/me/.config/Claude/claude_desktop_config.json', 'mcpServers'],
  [
    'claude-desktop',
    'user',
    windows,
    'C:\\Users\\me\\AppData\\Roaming\\Claude\\claude_desktop_config.json',
    'mcpServers',
  ],
  ['vscode', 'user', linux, '/home/me/.config/Code/User/mcp.json', 'servers'],
  ['vscode', 'user', mac, `${SUPPORT}/Code/User/mcp.json`, 'servers'],
  ['vscode', 'user', windows, 'C:\\Users\\me\\AppData\\Roaming\\Code\\User\\mcp.json', 'servers'],
  ['vscode', 'project', windows, 'D:\\desk\\.vscode\\mcp.json', 'servers'],
  ['cursor', 'user', windows, 'C:\\Users\\me\\.cursor\\mcp.json', 'mcpServers'],
  ['cursor', 'project', linux, '/home/me/desk/.cursor/mcp.json', 'mcpServers'],
  ['windsurf', 'user', mac, '/Users/me/.codeium/windsurf/mcp_config.json', 'mcpServers'],
  ['zed', 'user', mac, '/Users/me/.config/zed/settings.json', 'context_servers'],
  ['zed', 'user', windows, 'C:\\Users\\me\\AppData\\Roaming\\Zed\\settings.json', 'context_servers'],
  ['zed', 'project', linux, '/home/me/desk/.zed/settings.json', 'context_servers'],
])('%s, %s', (client, scope, place, file, keys) => {
  const spot = spotOf(client, scope, place);
  expect([spot.file, spot.keys.join()]).toEqual([file, keys]);
});

it('obeys the variables that move settings', () => {
  const env = { XDG_CONFIG_HOME: '/cfg', CLAUDE_CONFIG_DIR: '/claude' };
  expect(spotOf('zed', 'user', { ...linux, env }).file).toBe('/cfg/zed/settings.json');
  expect(spotOf('claude-code', 'user', { ...linux, env }).file).toBe('/claude/.claude.json');
});

it('finds the folder of Claude Desktop installed as a package of Windows', () => {
  const namesIn = (folder: string) =>
    folder === 'C:\\Users\\me\\AppData\\Local\\Packages' ? ['Other_1', 'Claude_pzs8sxrjxfjjc'] : [];
  expect(spotOf('claude-desktop', 'user', { ...windows, namesIn }).file).toBe(
    'C:\\Users\\me\\AppData\\Local\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache\\Roaming\\Claude\\claude_desktop_config.json',
  );
});

it.each(['claude-desktop', 'windsurf'] as const)('%s has no settings of a project', (client) => {
  expect(() => spotOf(client, 'project', linux)).toThrow(UnknownScope);
});

import { posix, win32 } from 'node:path';

/** Where a client looks for servers: for one person everywhere, for everybody in a project, for one person in a project. */
export const SCOPES = ['user', 'project', 'local'] as const;
export type Scope = (typeof SCOPES)[number];

/** The machine and the person whose clients these are. */
export interface Place {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that `project` and `local` speak of. */
  readonly project: string;
  /** Names in a folder; none where it cannot be read. */
  readonly namesIn: (folder: string) => readonly string[];
}

/** Where the server's entry goes: the file, and the object in it that holds the servers by name. */
export interface Spot {
  readonly file: string;
  readonly keys: readonly string[];
}

export interface SetupClient {
  readonly title: string;
  /** The client's own fields of an entry, before the command. */
  readonly fields: Readonly<Record<string, string>>;
  /** Whether it reads comments and trailing commas. Where it does not, a file with them is broken already. */
  readonly comments: boolean;
  readonly spots: Partial<Readonly<Record<Scope, (place: Place) => Spot>>>;
  /** Files or folders of which it makes one, so that somebody who has it has one of them. */
  readonly traces: (place: Place) => readonly string[];
  /** What a person does for it to be seen. */
  readonly hint: string;
}

const STDIO = { type: 'stdio' };

const join = (place: Place, ...parts: string[]) => (place.platform === 'win32' ? win32 : posix).join(...parts);
const atHome = (place: Place, ...parts: string[]) => join(place, place.home, ...parts);
const inProject = (place: Place, ...parts: string[]) => join(place, place.project, ...parts);

/** Of settings on Windows and macOS, and of those on Linux. */
function settings(place: Place, ...parts: string[]): string {
  const { platform, env } = place;
  if (platform === 'win32') return join(place, env.APPDATA || atHome(place, 'AppData', 'Roaming'), ...parts);
  if (platform === 'darwin') return atHome(place, 'Library', 'Application Support', ...parts);
  return join(place, env.XDG_CONFIG_HOME || atHome(place, '.config'), ...parts);
}

function claudeCodeFile(place: Place): string {
  const { CLAUDE_CONFIG_DIR: folder } = place.env;
  return folder ? join(place, folder, '.claude.json') : atHome(place, '.claude.json');
}

/** Installed as a package of Windows it reads its settings in the package's own folder alone. */
function claudeDesktopFolder(place: Place): string {
  if (place.platform === 'win32') {
    const packages = join(place, place.env.LOCALAPPDATA || atHome(place, 'AppData', 'Local'), 'Packages');
    const own = place.namesIn(packages).find((name) => name.startsWith('Claude_'));
    if (own) return join(place, packages, own, 'LocalCache', 'Roaming', 'Claude');
  }
  return settings(place, 'Claude');
}

function zedFolder(place: Place): string {
  return place.platform === 'darwin'
    ? atHome(place, '.config', 'zed')
    : settings(place, place.platform === 'win32' ? 'Zed' : 'zed');
}

const servers = (file: string): Spot => ({ file, keys: ['mcpServers'] });

export const CLIENTS = {
  'claude-code': {
    title: 'Claude Code',
    fields: STDIO,
    comments: false,
    spots: {
      user: (place) => servers(claudeCodeFile(place)),
      project: (place) => servers(inProject(place, '.mcp.json')),
      local: (place) => ({ file: claudeCodeFile(place), keys: ['projects', place.project, 'mcpServers'] }),
    },
    traces: (place) => [claudeCodeFile(place), place.env.CLAUDE_CONFIG_DIR || atHome(place, '.claude')],
    hint: 'Start a new session; /mcp shows it.',
  },
  'claude-desktop': {
    title: 'Claude Desktop',
    fields: {},
    comments: false,
    spots: { user: (place) => servers(join(place, claudeDesktopFolder(place), 'claude_desktop_config.json')) },
    traces: (place) => [claudeDesktopFolder(place)],
    hint: 'Quit Claude Desktop and start it again: closing its window is not enough.',
  },
  vscode: {
    title: 'VS Code',
    fields: STDIO,
    comments: true,
    spots: {
      user: (place) => ({ file: settings(place, 'Code', 'User', 'mcp.json'), keys: ['servers'] }),
      project: (place) => ({ file: inProject(place, '.vscode', 'mcp.json'), keys: ['servers'] }),
    },
    traces: (place) => [settings(place, 'Code', 'User')],
    hint: 'Run "MCP: List Servers" in VS Code to start it.',
  },
  cursor: {
    title: 'Cursor',
    fields: STDIO,
    comments: true,
    spots: {
      user: (place) => servers(atHome(place, '.cursor', 'mcp.json')),
      project: (place) => servers(inProject(place, '.cursor', 'mcp.json')),
    },
    traces: (place) => [atHome(place, '.cursor')],
    hint: 'Switch it on under Settings, MCP.',
  },
  windsurf: {
    title: 'Windsurf',
    fields: {},
    comments: true,
    spots: { user: (place) => servers(atHome(place, '.codeium', 'windsurf', 'mcp_config.json')) },
    traces: (place) => [atHome(place, '.codeium', 'windsurf')],
    hint: 'Press refresh in the MCP panel of Cascade.',
  },
  zed: {
    title: 'Zed',
    fields: {},
    comments: true,
    spots: {
      user: (place) => ({ file: join(place, zedFolder(place), 'settings.json'), keys: ['context_servers'] }),
      project: (place) => ({ file: inProject(place, '.zed', 'settings.json'), keys: ['context_servers'] }),
    },
    traces: (place) => [zedFolder(place)],
    hint: 'Zed starts it at once; the agent panel shows it.',
  },
} as const satisfies Record<string, SetupClient>;

export type ClientName = keyof typeof CLIENTS;
export const CLIENT_NAMES = Object.keys(CLIENTS) as ClientName[];
export const clientOf = (name: ClientName): SetupClient => CLIENTS[name];

import type { Rollup } from 'vite';
import { OWN_MODULES } from '../../src/own-module.ts';

type Graph = Pick<Rollup.PluginContext, 'getModuleInfo'>;

/**
 * What a server that starts needs is in a few files instead of two hundred, since finding, reading and linking each costs as much as
 * running it: one file for what it alone needs, and one for what it shares with the same threads. The command line and what
 * commands load at once stay in files of their own, unless a thread needs them.
 */
export function startGroups(source: string) {
  let groups: Map<string, string> | null = null;
  return (id: string, graph: Graph): string | null => {
    groups ??= groupsOf(source, graph);
    return groups.get(id) ?? null;
  };
}

const STARTS = ['app/create-app', 'app/mcp-surface', 'gateway/mcp/transports/stdio'];
/** What the first answer needs stays in files of its own: the others are read after it. */
const FIRST = ['main', 'cli/stdio', 'app/read-settings', 'gateway/mcp/transports/first-answer'];

function groupsOf(source: string, graph: Graph): Map<string, string> {
  const file = (name: string) => `${source}${name}.ts`;
  const threads = OWN_MODULES.map((name) => reached([file(name)], graph));
  const ofThreads = (id: string) => threads.map((ids) => (ids.has(id) ? '1' : '0')).join('');
  const alone = ofThreads('');
  const commands = graph.getModuleInfo(file('cli/commands'))?.dynamicallyImportedIds ?? [];
  const light = reached([file('main'), ...commands], graph);
  const first = reached(FIRST.map(file), graph);
  const groups = new Map<string, string>();
  for (const id of reached(STARTS.map(file), graph)) {
    if (first.has(id)) continue;
    const shared = ofThreads(id);
    if (shared !== alone) groups.set(id, `shared-${Number.parseInt(shared, 2).toString(36)}`);
    else if (!light.has(id)) groups.set(id, 'start');
  }
  return groups;
}

/** Modules that are loaded with these. */
function reached(from: readonly string[], graph: Graph): Set<string> {
  const seen = new Set(from);
  for (const id of seen) for (const next of graph.getModuleInfo(id)?.importedIds ?? []) seen.add(next);
  return seen;
}

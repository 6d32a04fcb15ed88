import { cruise, type IModule, type IReporterOutput } from 'dependency-cruiser';
import { folderRings, room } from './folder-rings.ts';
import { forbidden } from './import-rules.ts';

const SHIPPED = ['src', 'tools', 'resources', 'prompts'];

/** Prints every import that breaks the rules of the house, and every ring of rooms; exit status 1 when there is one. */
const result: IReporterOutput = await cruise([...SHIPPED, 'bench', 'attack', 'eval', 'scripts', 'tests'], {
  ruleSet: { forbidden },
  validate: true,
  parser: 'swc',
  tsPreCompilationDeps: true,
  doNotFollow: { path: 'node_modules' },
  enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
});
if (typeof result.output === 'string') throw new Error('unexpected report');
const modules: IModule[] = result.output.modules;
const broken = modules.flatMap((module) =>
  module.dependencies
    .filter((d) => !d.valid)
    .map((d) => `${module.source} -> ${d.resolved}  (${d.rules?.map((r) => r.name).join(', ')})`),
);
const ours = new Set(modules.map(({ source }) => source).filter((source) => SHIPPED.includes(source.split('/')[0]!)));
const edges = modules.flatMap((module) =>
  module.dependencies
    .filter((d) => ours.has(module.source) && ours.has(d.resolved))
    .map((d) => [module.source, d.resolved] as const),
);
const rings = folderRings(edges);
for (const line of broken) console.error(line);
for (const ring of rings) {
  console.error(`ring of rooms: ${ring.join(', ')}`);
  for (const [from, to] of edges) {
    if (room(from) !== room(to) && ring.includes(room(from)) && ring.includes(room(to)))
      console.error(`  ${from} -> ${to}`);
  }
}
console.log(`${modules.length} modules, ${broken.length} forbidden imports, ${rings.length} rings of rooms`);
process.exitCode = broken.length + rings.length > 0 ? 1 : 0;

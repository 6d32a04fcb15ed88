import { cruise, type IModule, type IReporterOutput } from 'dependency-cruiser';
import { forbidden } from './import-rules.ts';

/** Prints every import that breaks the rules of the house; exit status 1 when there is one. */
const result: IReporterOutput = await cruise(['src', 'tools', 'resources', 'prompts'], {
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
for (const line of broken) console.error(line);
console.log(`${modules.length} modules, ${broken.length} forbidden imports`);
process.exitCode = broken.length > 0 ? 1 : 0;

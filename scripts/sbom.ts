import { writeFileSync } from 'node:fs';
import { licenceProblems } from './supply/licences.ts';
import { productionPackages } from './supply/production-packages.ts';
import { makeSbom, sbomProblems } from './supply/sbom.ts';
import { schemaError } from './supply/validate-sbom.ts';

/** Writes sbom.cdx.json (CycloneDX), which the packed package carries, and fails when it is incomplete or a licence is not allowed. */
const packages = productionPackages();
const sbom = makeSbom();
const error = await schemaError(sbom);
const problems = [
  ...(error ? [`not CycloneDX ${sbom.specVersion}: ${error}`] : []),
  ...sbomProblems(sbom, packages),
  ...licenceProblems(packages),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
writeFileSync(new URL('../sbom.cdx.json', import.meta.url), `${JSON.stringify(sbom, null, 2)}\n`);
console.log(
  `sbom.cdx.json: CycloneDX ${sbom.specVersion}, ${sbom.components.length} components, each with licence and hash`,
);

import { type Spec, Validation } from '@cyclonedx/cyclonedx-library';
import type { Sbom } from './sbom.ts';

/** What the CycloneDX schema of the document's version finds wrong with it; null when nothing. Reads no network. */
export async function schemaError(sbom: Sbom): Promise<string | null> {
  const validator = new Validation.JsonStrictValidator(sbom.specVersion as Spec.Version);
  const error = await validator.validate(JSON.stringify(sbom));
  return error === null ? null : JSON.stringify(error);
}

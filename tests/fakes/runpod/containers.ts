import type { Account, Template } from './account.ts';
import { bad, invalid, missing } from './problem.ts';

export interface ContainerFields {
  image: string;
  args: string;
  disk: number;
  ports: string[];
  env: Record<string, string>;
  registry: string | null;
}

type Given = { [K in keyof ContainerFields]?: ContainerFields[K] | undefined };

const USUAL_DISK = 20;

/** The body before the template, the template before what was there; `env` of template and body are merged. */
export function containerOf(body: Given, template: Template | null, before?: ContainerFields): ContainerFields {
  const env =
    template !== null && (body.env !== undefined || before === undefined || template.env)
      ? { ...template.env, ...body.env }
      : body.env;
  return {
    image: body.image ?? template?.image ?? before?.image ?? '',
    args: body.args ?? template?.args ?? before?.args ?? '',
    disk: body.disk ?? template?.disk ?? before?.disk ?? USUAL_DISK,
    ports: body.ports ?? template?.ports ?? before?.ports ?? [],
    env: env ?? before?.env ?? {},
    registry: body.registry === undefined ? (template?.registry ?? before?.registry ?? null) : body.registry,
  };
}

/** Null: none is named. */
export function templateFor(account: Account, id: string | undefined, kind: 'pod' | 'serverless'): Template | null {
  if (id === undefined) return null;
  const template = account.templates.get(id);
  if (template === undefined) throw missing('template');
  if (template.serverless !== (kind === 'serverless')) throw invalid(`$.templateId: the template is not for a ${kind}`);
  return template;
}

export function checkGpuRules(gpu: {
  allowedCudaVersions?: string[] | undefined;
  minCudaVersion?: string | undefined;
}): void {
  if ((gpu.allowedCudaVersions?.length ?? 0) > 0 && gpu.minCudaVersion) {
    throw bad('allowedCudaVersions and minCudaVersion exclude each other');
  }
}

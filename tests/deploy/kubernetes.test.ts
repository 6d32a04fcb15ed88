import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { VARIABLES } from '../../src/config/config.ts';
import { ROOT } from '../support/documents.ts';
import { unknownVariables, wrongArguments } from './program-words.ts';

// biome-ignore lint/suspicious/noExplicitAny: what it holds is checked by Kubernetes' own schemas (docs/deploy.md).
type Any = any;
const folder = join(ROOT, 'deploy/kubernetes');
const text = (name: string) => readFileSync(join(folder, name), 'utf8');
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const documents: Any[] = files.flatMap((name) => parseAllDocuments(text(name)).map((one) => one.toJS()));
const of = (kind: string) => documents.filter((one) => one.kind === kind);
const deployments = of('Deployment').map((one) => [one.metadata.name as string, one] as const);

describe('the manifests of Kubernetes', () => {
  it('are all applied, but for the one that stands in place of another', () => {
    const { resources } = parse(text('kustomization.yaml'));
    expect([...resources, 'kustomization.yaml', 'keda.yaml'].toSorted()).toEqual(files.toSorted());
  });

  it.each(deployments)('%s may do nothing that it does not need', (_name, { spec }) => {
    const pod = spec.template.spec;
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod.automountServiceAccountToken).toBe(false);
    for (const container of pod.containers) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources).toMatchObject({
        requests: expect.anything(),
        limits: { memory: expect.any(String) },
      });
      for (const { name } of container.volumeMounts) expect(pod.volumes.map((one: Any) => one.name)).toContain(name);
    }
  });

  it.each(deployments)('%s is found by what names its labels', (_name, { spec }) => {
    expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
  });

  it('run commands of the program', async () => {
    const containers = deployments.flatMap(([, { spec }]) => spec.template.spec.containers);
    const ours = containers.filter(({ image }) => image === 'h200-mug');
    expect(ours).toHaveLength(2);
    for (const { args } of ours) expect(await wrongArguments(args)).toBeNull();
  });

  it('set variables that the program reads, and no secret', () => {
    for (const { data } of of('ConfigMap')) {
      expect(unknownVariables(Object.keys(data))).toEqual([]);
      for (const name of Object.keys(data))
        if (name !== 'REDIS_HOST') expect((VARIABLES as Any)[name]?.secret ?? false, name).toBe(false);
    }
  });

  it('services, budgets and scalers point at deployments and ports that there are', () => {
    const labels = deployments.map(([, { spec }]) => spec.template.metadata.labels);
    const selectors = [
      ...of('Service').map(({ spec }) => spec.selector),
      ...of('PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels),
    ];
    expect(selectors.length).toBeGreaterThan(3);
    for (const selector of selectors)
      expect(labels.filter((one) => Object.entries(selector).every(([key, value]) => one[key] === value))).toHaveLength(
        1,
      );
    for (const { spec } of [...of('HorizontalPodAutoscaler'), ...of('ScaledObject')])
      expect(deployments.map(([name]) => name)).toContain(spec.scaleTargetRef.name);
    const ports = deployments.flatMap(([, { spec }]) => spec.template.spec.containers.flatMap((one: Any) => one.ports));
    for (const { spec } of of('Service'))
      for (const { targetPort } of spec.ports) expect(ports.map(({ name }) => name)).toContain(targetPort);
  });
});

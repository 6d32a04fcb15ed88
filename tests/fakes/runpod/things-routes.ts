import type { Template, Volume } from './account.ts';
import { type Call, created, gone, ok, type Routes } from './call.ts';
import { bad, missing } from './problem.ts';
import { checkedBody, REQUESTS } from './requests.ts';

const had = <T>(things: ReadonlyMap<string, T>, { params }: Call, what: string): T => {
  const thing = things.get(params.id ?? '');
  if (thing === undefined) throw missing(what);
  return thing;
};
const given = (body: object) => Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));

/** Templates, network volumes and registries. */
export const thingRoutes: Routes = {
  'GET /templates': ({ account }) => ok({ templates: [...account.templates.values()] }),
  'POST /templates': (call) => {
    const body = checkedBody(REQUESTS.createTemplate, call.json());
    const template = {
      id: call.account.newId('t'),
      args: '',
      disk: 20,
      ports: [],
      env: {},
      registry: null,
      mounts: {},
      serverless: false,
      public: false,
      category: 'NVIDIA',
      startSsh: true,
      startJupyter: true,
      allowedCudaVersions: [],
      ...given(body),
    } as unknown as Template;
    call.account.templates.set(template.id, template);
    return created(template);
  },
  'GET /templates/{id}': (call) => ok(had(call.account.templates, call, 'template')),
  'PATCH /templates/{id}': (call) => {
    const template = had(call.account.templates, call, 'template');
    return ok(Object.assign(template, given(checkedBody(REQUESTS.updateTemplate, call.json()))));
  },
  'DELETE /templates/{id}': (call) => {
    call.account.templates.delete(had(call.account.templates, call, 'template').id);
    return gone;
  },

  'GET /network-volumes': ({ account }) => ok({ networkVolumes: [...account.volumes.values()] }),
  'POST /network-volumes': (call) => {
    const { name, size, dataCenter, type } = checkedBody(REQUESTS.createVolume, call.json());
    const volume: Volume = { id: call.account.newId('v'), name, size, dataCenter, type: type ?? 'STANDARD' };
    call.account.volumes.set(volume.id, volume);
    return created(volume);
  },
  'GET /network-volumes/{id}': (call) => ok(had(call.account.volumes, call, 'network volume')),
  'PATCH /network-volumes/{id}': (call) => {
    const volume = had(call.account.volumes, call, 'network volume');
    const body = checkedBody(REQUESTS.updateVolume, call.json());
    if (body.size !== undefined && body.size < volume.size) throw bad('a network volume cannot shrink');
    return ok(Object.assign(volume, given(body)));
  },
  'DELETE /network-volumes/{id}': (call) => {
    call.account.volumes.delete(had(call.account.volumes, call, 'network volume').id);
    return gone;
  },

  'GET /registries': ({ account }) => ok({ registries: [...account.registries.values()] }),
  'POST /registries': (call) => {
    const { name } = checkedBody(REQUESTS.createRegistry, call.json());
    const registry = { id: call.account.newId('r'), name };
    call.account.registries.set(registry.id, registry);
    return created(registry);
  },
  'GET /registries/{id}': (call) => ok(had(call.account.registries, call, 'registry')),
  'DELETE /registries/{id}': (call) => {
    const { id } = had(call.account.registries, call, 'registry');
    const { pods, endpoints, templates } = call.account;
    const users = [...[...pods.values(), ...endpoints.values()].map(({ fields }) => fields), ...templates.values()];
    if (users.some(({ registry }) => registry === id)) throw bad('the registry is in use');
    call.account.registries.delete(id);
    return gone;
  },
};

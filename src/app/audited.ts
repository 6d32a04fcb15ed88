import type { Accounts } from '../access/accounts/accounts.ts';
import type { AnalysisService } from '../analysis/service.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Camera } from '../contract/camera.ts';
import type { Rule } from '../contract/rule.ts';
import type { ExportService } from '../export/service.ts';
import type { RuleBook } from '../rulebook/types.ts';
import type { Log } from '../telemetry/log.ts';
import type { CameraService } from '../watch/cameras/service.ts';

type NamedCamera = Pick<Camera, 'camera_id' | 'name'>;

type Audited = {
  readonly cameras: CameraService;
  readonly rules: RuleBook;
  readonly analyses: AnalysisService;
  readonly exports: ExportService;
};

/**
 * The same services, of which the audit log hears who takes records along or makes a link to a photo, before they are given, and
 * who changes what everyone's desks are judged by, or what is watched, after it was done.
 */
export function audited(
  { rules, analyses, exports, cameras }: Audited,
  { record }: Pick<Accounts, 'record'>,
  log: Log,
): Audited {
  const isShared = (rule: Pick<Rule, 'scope'> | null) => rule?.scope === 'everyone';
  const before = (ctx: CallContext, id: string) => rules.get(ctx, id).catch(() => null);

  async function changed(ctx: CallContext, target: string, action: string, name?: string): Promise<void> {
    try {
      await record(ctx, 'configuration_change', target, { what: 'rule of everyone', action, ...(name && { name }) });
    } catch (err) {
      // It is done: who is told that it failed would do it once more.
      log.error({ err, rule: target, action }, 'a change of a rule of everyone is missing in the audit log');
    }
  }

  /** With its name: others cannot look up whose camera it is, and nobody one that was removed. */
  async function watched(ctx: CallContext, { camera_id, name }: NamedCamera, action: string): Promise<void> {
    const details = { what: 'camera', action, name };
    await record(ctx, 'configuration_change', camera_id, details).catch((err: unknown) =>
      log.error({ err, camera: camera_id, action }, 'a change of a camera is missing in the audit log'),
    );
  }

  return {
    cameras: {
      ...cameras,
      async create(ctx, settings) {
        const camera = await cameras.create(ctx, settings);
        await watched(ctx, camera, 'created');
        return camera;
      },
      async update(ctx, named, patch) {
        const camera = await cameras.update(ctx, named, patch);
        await watched(ctx, camera, 'updated');
        return camera;
      },
      async delete(ctx, named) {
        const camera = await cameras.get(ctx, named).catch(() => ({ camera_id: named, name: named }));
        await cameras.delete(ctx, named);
        await watched(ctx, camera, 'deleted');
      },
      async confirm(ctx, named) {
        const camera = await cameras.confirm(ctx, named);
        await watched(ctx, camera, 'calibration confirmed');
        return camera;
      },
      async timeLapse(ctx, named, span) {
        const film = await cameras.timeLapse(ctx, named, span);
        await record(ctx, 'data_access', named, { what: 'time lapse', format: span.format });
        return film;
      },
    },
    rules: {
      ...rules,
      async create(ctx, draft, options) {
        const done = await rules.create(ctx, draft, options);
        if (isShared(done.rule)) await changed(ctx, done.rule.rule_id, 'created', done.rule.name);
        return done;
      },
      async update(ctx, id, patch, options) {
        const was = await before(ctx, id);
        const done = await rules.update(ctx, id, patch, options);
        if (isShared(was) || isShared(done.rule)) await changed(ctx, id, 'updated', done.rule.name);
        return done;
      },
      async remove(ctx, id, options) {
        const was = await before(ctx, id);
        await rules.remove(ctx, id, options);
        if (isShared(was)) await changed(ctx, id, options?.permanent ? 'deleted' : 'disabled', was?.name);
      },
      async restore(ctx, id, options) {
        const was = await before(ctx, id);
        const done = await rules.restore(ctx, id, options);
        if (isShared(was) || isShared(done.rule)) await changed(ctx, id, 'restored', done.rule.name);
        return done;
      },
      async import(ctx, document) {
        const done = await rules.import(ctx, document);
        const { rules: given } = document as { rules: readonly Pick<Rule, 'scope'>[] };
        if (given.some(isShared)) await changed(ctx, 'rules', 'imported');
        return done;
      },
      async export(ctx) {
        const book = await rules.export(ctx);
        await record(ctx, 'data_access', 'rules', { what: 'export', format: 'json' });
        return book;
      },
    },
    analyses: {
      ...analyses,
      async link(ctx, id, options) {
        const link = await analyses.link(ctx, id, options);
        await record(ctx, 'data_access', id, { what: 'link', of: options.of });
        return link;
      },
    },
    exports: {
      async *write(ctx, name, format, filter) {
        let isWritten = false;
        for await (const piece of exports.write(ctx, name, format, filter)) {
          if (!isWritten) await record(ctx, 'data_access', name, { what: 'export', format });
          isWritten = true;
          yield piece;
        }
      },
    },
  };
}

import type { ModelState } from '../../models/report.ts';
import type { LoadReport, WorkerStart } from '../protocol.ts';
import type { LoadedTask, WorkerTask } from '../task.ts';
import { RemoteSession } from './remote-session.ts';
import { asAnswerFault, serverError } from './server-failure.ts';
import type { ServerStart } from './settings.ts';

/**
 * As `loadTask`, with the model on an inference server: it must be there, be ours by its tensors, and complete a run.
 * Throws ANALYSIS_009, and so does every run that gets no usable answer.
 */
export async function loadRemote<Config, Input, Output>(
  module: WorkerTask<Config, Input, Output> | Promise<WorkerTask<Config, Input, Output>>,
  { model, config }: WorkerStart<Config>,
  server: ServerStart,
  onState: (state: ModelState) => void,
): Promise<{ loaded: LoadedTask<Input, Output>; report: LoadReport }> {
  onState('LOADING');
  const begin = performance.now();
  try {
    const [task, session] = await Promise.all([module, RemoteSession.open(server, model.name, model.sha256)]);
    try {
      const loaded = await task.load(config, async () => session).catch(asAnswerFault);
      onState('LOADED');
      const loadMs = performance.now() - begin;
      onState('WARMING');
      await loaded.run([task.blank(config)]).catch(asAnswerFault);
      onState('READY');
      const told: LoadedTask<Input, Output> = {
        dynamicBatch: loaded.dynamicBatch,
        run: (inputs) =>
          loaded
            .run(inputs)
            .catch(asAnswerFault)
            .catch((error: unknown) => Promise.reject(serverError(error, model.name))),
        dispose: () => loaded.dispose(),
      };
      return { loaded: told, report: { provider: 'remote', attempts: [], loadMs, dynamicBatch: loaded.dynamicBatch } };
    } catch (error) {
      await session.release();
      throw error;
    }
  } catch (error) {
    throw serverError(error, model.name);
  }
}

import { demand } from '../../access/can.ts';
import type { Compute } from '../../analysis/away/compute.ts';
import { AppError } from '../../errors.ts';
import type { MakePlugin } from '../http/gateway-plugin.ts';
import { callerOf } from '../http/identify.ts';
import { whenClosed } from '../when-closed.ts';
import { routeCompute } from './compute-routes.ts';

/** A photo of the largest size, and what is said of it. */
const MOST_BODY = 30 * 2 ** 20;

/** `/compute` of a server that another server of ours routes analyses to: nothing stored is read or changed by it. */
export function computePlugin(compute: Compute): MakePlugin {
  return () => ({
    index: {},
    async routes(app) {
      routeCompute(app, compute, {
        mostBytes: MOST_BODY,
        async admitted(request, reply, job) {
          demand(callerOf(request), 'analysis:write');
          const gone = new AbortController();
          whenClosed(reply.raw, () => gone.abort(new AppError('ANALYSIS_006')));
          return job(gone.signal);
        },
      });
    },
  });
}

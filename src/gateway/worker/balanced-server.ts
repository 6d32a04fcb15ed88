import { createHash, timingSafeEqual } from 'node:crypto';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Compute } from '../../analysis/away/compute.ts';
import { AppError } from '../../errors.ts';
import type { Log } from '../../telemetry/log.ts';
import { errorBody, sendError } from '../http/errors.ts';
import { whenClosed } from '../when-closed.ts';
import { routeCompute } from './compute-routes.ts';
import type { RunJob } from './run-job.ts';

export interface BalancedServerOptions {
  readonly host: string;
  readonly port: number;
  readonly healthPort: number;
  readonly healthPath: string;
  /**
   * Asked for besides what RunPod's balancer asks for, where there is one: as bearer token, or in `x-h200-token` where the balancer
   * takes that for itself.
   */
  readonly token: () => string | undefined;
  /** Also `/compute`, for a server of ours that routes analyses here. */
  readonly compute: Compute;
  readonly log: Log;
}

/** RunPod's balancer takes no larger request. */
const MOST_BODY = 30 * 2 ** 20;
const SHUTDOWN_MS = 1500;

/**
 * A worker behind RunPod's load balancer: `POST /analyze` with the input of a job, `/compute` with the work of a server of ours, and the
 * health check, which says 204 until `ready`. Nothing else can be called here.
 */
export class BalancedServer {
  private readonly options: BalancedServerOptions;
  private readonly apps: FastifyInstance[] = [];
  private run: RunJob | null = null;
  private started: Readonly<Record<string, number>> = {};
  private stopping = false;
  private working = 0;
  private readonly idle = Promise.withResolvers<void>();

  constructor(options: BalancedServerOptions) {
    this.options = options;
  }

  async listen(): Promise<void> {
    const { host, port, healthPort } = this.options;
    for (const one of new Set([port, healthPort])) {
      const app = this.create(one === port, one === healthPort);
      this.apps.push(app);
      await app.listen({ host, port: one });
    }
  }

  /** Jobs are taken from now on. `started`: how long each step took, ms. */
  ready(run: RunJob, started: Readonly<Record<string, number>>): void {
    this.run = run;
    this.started = started;
  }

  /** Answers what it is working on, for `graceMs` at most; the health check says at once that nothing more is taken. */
  async close(graceMs: number): Promise<void> {
    this.stopping = true;
    if (this.working > 0) {
      const late = setTimeout(() => this.idle.resolve(), graceMs);
      await this.idle.promise;
      clearTimeout(late);
    }
    const cut = setTimeout(() => {
      for (const { server } of this.apps) server.closeAllConnections();
    }, SHUTDOWN_MS);
    await Promise.all(this.apps.map((app) => app.close()));
    clearTimeout(cut);
  }

  private isAdmitted({ headers }: FastifyRequest): boolean {
    const token = this.options.token();
    if (token === undefined) return true;
    const digest = (text: string) => createHash('sha256').update(text).digest();
    const own = headers['x-h200-token'];
    const asBearer = timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`));
    return timingSafeEqual(digest(typeof own === 'string' ? own : ''), digest(token)) || asBearer;
  }

  /** While the worker is ready, and until nobody waits any more. */
  private async work<T>(request: FastifyRequest, reply: FastifyReply, job: Job<T>): Promise<T | FastifyReply> {
    if (!this.isAdmitted(request)) {
      const refused = errorBody(new AppError('AUTH_001'), request.id);
      return reply.code(401).header('www-authenticate', 'Bearer').send(refused);
    }
    const { run } = this;
    if (run === null || this.stopping) {
      const message = run === null ? 'The worker is still starting.' : 'The worker is stopping.';
      throw new AppError('SYSTEM_001', { message, retryAfterS: 1 });
    }
    const gone = new AbortController();
    whenClosed(reply.raw, () => gone.abort(new AppError('ANALYSIS_006')));
    this.working++;
    try {
      return await job(run, gone.signal);
    } finally {
      if (--this.working === 0 && this.stopping) this.idle.resolve();
    }
  }

  private create(works: boolean, tells: boolean): FastifyInstance {
    const app = Fastify({
      loggerInstance: this.options.log as FastifyBaseLogger,
      logController: new LogController({ disableRequestLogging: true }),
      bodyLimit: MOST_BODY,
      requestTimeout: 60_000,
      forceCloseConnections: 'idle',
    });
    app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
    app.setNotFoundHandler((request, reply) => sendError(new AppError('SYSTEM_004'), request, reply));
    if (tells) {
      app.get(this.options.healthPath, (_, reply) => {
        if (this.stopping) return reply.code(503).send();
        if (this.run === null) return reply.code(204).send();
        return reply.send({ status: 'ready', cold_start_ms: this.started });
      });
    }
    if (works) {
      app.post('/analyze', (request, reply) =>
        this.work(request, reply, (run, signal) => run(inputOf(request.body), { signal })),
      );
      const { compute } = this.options;
      routeCompute(app, compute, {
        mostBytes: MOST_BODY,
        admitted: (request, reply, job) => this.work(request, reply, (_, signal) => job(signal)),
      });
    }
    return app;
  }
}

type Job<T> = (run: RunJob, signal: AbortSignal) => Promise<T>;

/** The input itself, or a job with it, as it is sent to a queue. */
function inputOf(body: unknown): unknown {
  const isJob = typeof body === 'object' && body !== null && Object.keys(body).length === 1 && 'input' in body;
  return isJob ? body.input : body;
}

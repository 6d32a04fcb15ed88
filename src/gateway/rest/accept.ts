import type { FastifyRequest } from 'fastify';
import type * as z from 'zod';
import { type Accepted, readArguments } from '../lenient/read-arguments.ts';

/** The body of a request, checked as the arguments of a tool are. */
export const bodyOf = <I extends z.ZodObject>(request: FastifyRequest, accepted: Accepted<I>): z.output<I> =>
  readArguments(accepted, request.body);

/** The same of what stands behind the question mark. */
export const queryOf = <I extends z.ZodObject>(request: FastifyRequest, accepted: Accepted<I>): z.output<I> =>
  readArguments(accepted, request.query);

/** The same of the variables in the address. */
export const paramsOf = <I extends z.ZodObject>(request: FastifyRequest, input: I): z.output<I> =>
  readArguments({ input }, request.params);

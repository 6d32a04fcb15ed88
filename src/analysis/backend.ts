import type { Principal } from '../contract/principal.ts';
import type { Priority } from '../contract/priority.ts';
import type { DetectOptions, ModelIdentity } from '../ports/detector.ts';
import type { Admission } from './admission.ts';
import type { Judged } from './judge.ts';
import { type PipelineInput, type PipelineParts, runPipeline } from './pipeline.ts';

/** What is to be computed, and for whom. */
export interface Assignment extends PipelineInput {
  readonly principal: Principal;
  readonly priority: Priority;
  /** A failure of it is kept already. */
  readonly repeats: boolean;
  /** The model that the place of the answer in the cache names; null: none runs. */
  readonly model: ModelIdentity | null;
  /** When its time is over, ms of `performance`. */
  readonly until: number;
  /** Who takes turns with others; the principal when absent. */
  readonly sharer?: string;
}

/** What decides where an analysis goes, so that the same one goes to the same place. */
export interface Asked {
  /** sha256; null: there is none. */
  readonly image: string | null;
  /** Id of the principal. */
  readonly principal: string;
}

/** What was computed. `passing`: no other request should get it, since another model ran or something stood in. */
export type Computed = Judged & { readonly passing?: true };

/**
 * Where the journey is computed, from the image's bytes to the verdicts and moves: here or elsewhere. Who may ask, what is
 * read from the stores and what is written into them stays here.
 */
export interface Backend {
  /** The model that would run for this request. */
  identity(options: DetectOptions, asked: Asked): Promise<ModelIdentity>;
  /** `here`: the parts of this process. */
  run(here: PipelineParts, what: Assignment): Promise<Computed>;
}

/** This process, which works on few at once; absent an admission on all. */
export const hereBackend = ({ detector }: Pick<PipelineParts, 'detector'>, admission?: Admission): Backend => ({
  identity: (options) => detector.identity(options),
  run: (parts, what) => {
    const work = () => runPipeline(parts, what);
    const { sharer = what.principal.id, priority, signal, until } = what;
    return admission === undefined ? work() : admission.run({ owner: sharer, priority, signal, until }, work);
  },
});

/** What is asked of the product beside or after each fault. */
export const FLOWS = {
  photo: 'analyse a photo',
  detections: 'analyse own detections',
  rule: 'store a rule',
  lists: 'list rules',
  stored: 'read a stored analysis',
  picture: 'its annotated photo',
} as const;
export type Flow = keyof typeof FLOWS;

/** Answered, or the code that says what is missing. */
export type Expected = Readonly<Record<Flow, 'answered' | string>>;
const answered: Expected = {
  photo: 'answered',
  detections: 'answered',
  rule: 'answered',
  lists: 'answered',
  stored: 'answered',
  picture: 'answered',
};

export interface Fault {
  readonly title: string;
  /** What the flows do while the fault lasts, or right after it. */
  readonly expected: Expected;
  /** What becomes of calls that were running when it struck. */
  readonly running: string;
}

export const FAULTS = {
  modelMissing: { title: 'the model is not there', expected: { ...answered, photo: 'ANALYSIS_001' }, running: '–' },
  modelCorrupt: { title: 'the model file is damaged', expected: { ...answered, photo: 'ANALYSIS_007' }, running: '–' },
  threadsEnded: {
    title: 'all threads end but those of the model (store, computing)',
    expected: answered,
    running: 'answered, or a typed error',
  },
  decoderKilled: {
    title: 'the decoder processes are killed',
    expected: answered,
    running: 'answered, or a typed error',
  },
  clientsVanish: { title: 'all clients vanish in the middle', expected: answered, running: 'given up' },
  suspended: { title: 'the process is suspended for 3 s', expected: answered, running: 'answered' },
  clockAhead: { title: 'the clock leaps 10 years ahead', expected: answered, running: '–' },
  clockBack: { title: 'the clock falls 10 years back', expected: answered, running: '–' },
  killed: {
    title: 'the process is killed (SIGKILL) and started again',
    expected: answered,
    running: 'lost; nothing acknowledged is',
  },
  stopped: { title: 'SIGTERM, and started again', expected: answered, running: 'answered, or SYSTEM_001' },
  inputEnds: {
    title: 'the input of stdio ends, and it is started again',
    expected: answered,
    running: 'answered, or SYSTEM_001',
  },
} as const satisfies Readonly<Record<string, Fault>>;
export type FaultName = keyof typeof FAULTS;

/** What the solver weighs first when it looks for moves. */
export const STRATEGIES = ['safety_first', 'balanced', 'efficiency', 'aesthetic'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/**
 * How much of each class the model that looked finds, 0..1, by class name of ours; null: not measured. A class that is
 * not in it cannot be found at all.
 */
export type ClassRecall = Readonly<Record<string, number | null>>;

import type { Message } from '@a2a-js/sdk';

/** Marks a message that only says how far the work is. */
export const PROGRESS = 'progress';

export const isProgress = ({ metadata }: Message): boolean => metadata?.[PROGRESS] !== undefined;

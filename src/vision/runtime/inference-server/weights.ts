/** The parameter under which an exported repository says which weights it serves. */
export const WEIGHTS = 'h200_sha256';

/** The file is a model, but not the one that its entry describes. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

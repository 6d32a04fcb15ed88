/** Stands as the software in the EXIF of every annotated image, so that one can be told from a photo. */
export const ANNOTATED = 'h200-mug annotated image';

export const MARK = { IFD0: { Software: ANNOTATED } };

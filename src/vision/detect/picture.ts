/** The name under which scripts/gpu knows it. */
export { resizeImage as scalePicture } from './resized-image.ts';

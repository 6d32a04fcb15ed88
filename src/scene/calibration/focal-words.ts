import type { FocalBasis } from '../../contract/focal-length.ts';
import { focalOf, type ImageGeometry } from './camera.ts';

const TRUSTED: Record<FocalBasis, string> = {
  stated: 'as the image states it',
  resized: 'as the image states it (it was made smaller or larger as a whole)',
  unchecked: 'as the image states it, which does not say whether it was cropped',
  lens: 'from the lens and the camera that the image states',
  zoomed: 'as the image states it, with half of the digital zoom, which may be in it already',
  edited: 'as the image states it, though it was edited and may be cropped',
  cropped: 'as the image states it, though a part of it was cut away',
  unstated: 'as given',
};

const DOUBTED: Partial<Record<FocalBasis, string>> = {
  cropped: 'the image was cropped, so that its stated focal length does not hold and a usual one stands in',
  edited: 'the image was edited, so that its stated focal length is not to be trusted and a usual one stands in',
  zoomed: 'the image does not say whether its digital zoom is in its focal length: a usual one stands in',
};

/** Where the focal length comes from, and how far it is trusted: an assumption, without a capital and a full stop. */
export function focalWords(image: ImageGeometry): string {
  const { known, focalSigma } = focalOf(image);
  const basis = image.focalTrust?.basis ?? (known ? 'stated' : 'unstated');
  if (!known) return DOUBTED[basis] ?? 'the image does not say its focal length: a usual one stands in';
  const mm = Math.round(image.focal35mm!);
  return `the focal length is ${mm} mm (35 mm equivalent), right to ${Math.round(100 * focalSigma)} % (one sigma), ${TRUSTED[basis]}`;
}

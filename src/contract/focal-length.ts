/**
 * Why a focal length is trusted as far as it is:
 * `stated`: the image is as the camera made it; `resized`: all of it is there in another size; `unchecked`: the file does not
 * say which size the camera made; `lens`: from the lens and the size of the sensor; `zoomed`: it is not known whether the
 * digital zoom is in it; `edited`: a program for changing pictures wrote the file; `cropped`: a part of the picture is gone;
 * `unstated`: the file says nothing.
 */
export type FocalBasis = 'stated' | 'resized' | 'unchecked' | 'lens' | 'zoomed' | 'edited' | 'cropped' | 'unstated';

export interface FocalTrust {
  /** Relative standard error. */
  readonly sigma: number;
  readonly basis: FocalBasis;
}

/** A focal length for the pixels of one image: the equivalent on 35 mm film by the diagonal, mm. */
export interface FocalLength extends FocalTrust {
  /** Null: not known, or not to be trusted. */
  readonly mm35: number | null;
}

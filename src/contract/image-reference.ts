const HOST = String.raw`(?:(?!-)[a-zA-Z0-9-]+(?<!-)(?:\.(?!-)[a-zA-Z0-9-]+(?<!-))*|\[[a-fA-F0-9:]+\])(?::[0-9]{1,5})?`;
const PART = `[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*`;
const TAG = String.raw`\w[\w.-]{0,127}`;
const DIGEST = `[a-zA-Z][a-zA-Z0-9]*(?:[-_+.][a-zA-Z][a-zA-Z0-9]*)*:[a-fA-F0-9]{32,}`;
const REFERENCE = new RegExp(`^(?:${HOST}/)?${PART}(?:/${PART})*(?::${TAG})?(?:@${DIGEST})?$`);

/** For `refine`: "registry/path:tag@digest" by the grammar of the Docker registry (distribution/reference). */
export const isImageReference = (text: string): boolean => REFERENCE.test(text);
export const IMAGE_REFERENCE = 'must be a container image, such as "ghcr.io/acme/mug:2.0.0"';

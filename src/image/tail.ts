/** What a file holds behind the end of its image, in words; nothing for padding. It is never looked into further. */
export function describeTail(tail: Buffer): string[] {
  if (tail.every((byte) => byte === 0 || byte === 0xff)) return [];
  const rest = 'only the image is analysed and kept.';
  return [`Behind the image the file holds ${kind(tail)} (${size(tail.length)}); ${rest}`];
}

function kind(tail: Buffer): string {
  // A phone's motion photo ends with an MP4 file, some behind a block of the maker or a second image.
  if (tail.indexOf('ftyp', 0, 'latin1') >= 4) return 'a video, as motion photos do';
  if (tail.indexOf(Buffer.from([0xff, 0xd8, 0xff])) === 0)
    return 'a further image, as phones do for brightness or depth';
  return 'other data, as some cameras do';
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

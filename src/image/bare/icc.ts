/** Of the curves: far more than any monitor's or camera's profile has. */
const MAX_POINTS = 4096;
const MAX_TAGS = 200;
const HEAD = 128;
/** Profiles that convert by tables; they are asked before the matrix (ICC.1:2022, section 8.10). */
const TABLES = new Set(['A2B0', 'A2B1', 'A2B2', 'D2B0', 'D2B1', 'D2B2', 'D2B3']);
const TAGS: Readonly<Record<string, readonly string[]>> = {
  'RGB ': ['rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC'],
  GRAY: ['kTRC'],
};
/** D50, s15Fixed16 (ICC.1:2022, section 7.2.16). */
const D50 = [0xf6d6, 0x10000, 0xd32d] as const;

/**
 * The same colours in a profile of ours: matrix and curves, no name, owner, date or other text. Null where it is more than
 * that (tables, as of printers), or is not what it says.
 */
export function bareProfile(given: Buffer): Buffer | null {
  if (given.length < HEAD + 4 || given.readUInt32BE(0) > given.length) return null;
  const profile = given.subarray(0, Math.max(HEAD + 4, given.readUInt32BE(0)));
  const space = profile.toString('latin1', 16, 20);
  const version = profile[8];
  const wanted = TAGS[space];
  if (wanted === undefined || (version !== 2 && version !== 4)) return null;
  if (profile.toString('latin1', 36, 40) !== 'acsp' || profile.toString('latin1', 20, 24) !== 'XYZ ') return null;
  const found = tagsOf(profile);
  if (found === null || [...found.keys()].some((name) => TABLES.has(name))) return null;
  const tags: Tag[] = [['wtpt', xyz(D50)]];
  for (const name of wanted) {
    const content = found.get(name);
    const bare = content && (name.endsWith('XYZ') ? bareColour(content) : bareCurve(content));
    if (!bare) return null;
    tags.push([name, bare]);
  }
  return assemble(header({ version, space, intent: profile.readUInt32BE(64) & 3 }), tags);
}

type Tag = readonly [name: string, content: Buffer];

function tagsOf(profile: Buffer): Map<string, Buffer> | null {
  const count = profile.readUInt32BE(HEAD);
  if (count > MAX_TAGS || HEAD + 4 + 12 * count > profile.length) return null;
  const tags = new Map<string, Buffer>();
  for (let i = 0; i < count; i += 1) {
    const at = HEAD + 4 + 12 * i;
    const [from, length] = [profile.readUInt32BE(at + 4), profile.readUInt32BE(at + 8)];
    tags.set(profile.toString('latin1', at, at + 4), profile.subarray(from, from + length));
  }
  return tags;
}

const xyz = (values: readonly number[]): Buffer => {
  const content = Buffer.alloc(20);
  content.write('XYZ ', 'latin1');
  for (const [i, value] of values.entries()) content.writeInt32BE(value, 8 + 4 * i);
  return content;
};

/** Of a primary: no part is below -2 or above 2. */
function bareColour(content: Buffer): Buffer | null {
  if (content.length < 20 || content.toString('latin1', 0, 4) !== 'XYZ ') return null;
  const values = [8, 12, 16].map((at) => content.readInt32BE(at));
  return values.every((value) => Math.abs(value) <= 0x20000) ? xyz(values) : null;
}

const PARAMETERS = [1, 3, 4, 5, 7];

/** A curve that never falls: text as a table does. */
function bareCurve(content: Buffer): Buffer | null {
  if (content.length < 12) return null;
  const type = content.toString('latin1', 0, 4);
  if (type === 'para') {
    const length = 12 + 4 * (PARAMETERS[content.readUInt16BE(8)] ?? Infinity);
    if (content.length < length) return null;
    const bare = Buffer.from(content.subarray(0, length));
    bare.fill(0, 4, 8).fill(0, 10, 12);
    for (let at = 12; at < length; at += 4) if (Math.abs(bare.readInt32BE(at)) > 0x100000) return null;
    return bare;
  }
  const count = content.readUInt32BE(8);
  if (type !== 'curv' || count > MAX_POINTS || content.length < 12 + 2 * count) return null;
  for (let i = 1; i < count; i += 1) {
    if (content.readUInt16BE(12 + 2 * i) < content.readUInt16BE(10 + 2 * i)) return null;
  }
  const bare = Buffer.from(content.subarray(0, 12 + 2 * count));
  return bare.fill(0, 4, 8);
}

function header({ version, space, intent }: { version: number; space: string; intent: number }): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(version === 2 ? 0x02100000 : 0x04300000, 8);
  head.write(`mntr${space}XYZ `, 12, 'latin1');
  // A date must be one: 1 January 2000.
  for (const [i, part] of [2000, 1, 1].entries()) head.writeUInt16BE(part, 24 + 2 * i);
  head.write('acsp', 36, 'latin1');
  head.writeUInt32BE(intent, 64);
  for (const [i, part] of D50.entries()) head.writeUInt32BE(part, 68 + 4 * i);
  return head;
}

function assemble(head: Buffer, tags: readonly Tag[]): Buffer {
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  const contents: Buffer[] = [];
  let at = head.length + table.length;
  for (const [i, [name, content]] of tags.entries()) {
    table.write(name, 4 + 12 * i, 'latin1');
    table.writeUInt32BE(at, 8 + 12 * i);
    table.writeUInt32BE(content.length, 12 + 12 * i);
    const padding = Buffer.alloc(-content.length & 3);
    contents.push(content, padding);
    at += content.length + padding.length;
  }
  const profile = Buffer.concat([head, table, ...contents]);
  profile.writeUInt32BE(profile.length, 0);
  return profile;
}

import {
  applyEdits,
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  modify,
  type Node,
  parseTree,
} from 'jsonc-parser';

/** Why a file is left as it is, in words for the person who has it. */
export class UnfitText extends Error {
  override readonly name = 'UnfitText';
}

export interface Edited {
  readonly text: string;
  readonly change: 'added' | 'updated' | 'removed' | 'none';
}

interface Place {
  readonly keys: readonly string[];
  readonly name: string;
  /** Whether comments and trailing commas are allowed. */
  readonly comments: boolean;
}

/** Deeper than any settings are; the parser calls itself for each level. */
const MOST_LEVELS = 200;

/** The value under the name; undefined: there is none. Throws UnfitText for what is no settings file. */
export function valueIn(text: string, place: Place): unknown {
  const node = find(rootOf(text, place), place);
  return node && getNodeValue(node);
}

/** With the value under the name, everything else as it was: comments, order, indentation, line ends. */
export function withValue(text: string, place: Place, value: unknown): Edited {
  const root = rootOf(text, place);
  const found = find(root, place);
  if (found && same(getNodeValue(found), value)) return { text, change: 'none' };
  const from = root ? text : '{}\n';
  return { text: edited(from, place, value), change: found ? 'updated' : 'added' };
}

export function withoutValue(text: string, place: Place): Edited {
  const found = find(rootOf(text, place), place);
  return found ? { text: edited(text, place, undefined), change: 'removed' } : { text, change: 'none' };
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function edited(text: string, { keys, name }: Place, value: unknown): string {
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const body = text.slice(bom.length);
  const indent = /^([ \t]+)\S/m.exec(body)?.[1] ?? '  ';
  const formattingOptions = {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: body.includes('\r\n') ? '\r\n' : '\n',
  };
  return bom + applyEdits(body, modify(body, [...keys, name], value, { formattingOptions }));
}

/** The settings' object; undefined for an empty file. */
function rootOf(text: string, { comments }: Place): Node | undefined {
  const body = text.replace(/^\uFEFF/, '');
  if (body.trim() === '') return undefined;
  if (levels(body) > MOST_LEVELS) throw new UnfitText(`it is nested deeper than ${MOST_LEVELS} levels`);
  const errors: { error: number; offset: number; length: number }[] = [];
  const root = parseTree(body, errors, { disallowComments: !comments, allowTrailingComma: comments });
  const [first] = errors;
  if (first)
    throw new UnfitText(
      `it is no valid JSON${comments ? '' : ' (which may hold no comments)'}: ${at(body, first.offset)}`,
    );
  if (root?.type !== 'object') throw new UnfitText('it holds no JSON object');
  return root;
}

function find(root: Node | undefined, { keys, name }: Place): Node | undefined {
  if (!root) return undefined;
  let node: Node | undefined = root;
  for (const [i, key] of [...keys, name].entries()) {
    if (node?.type !== 'object') throw new UnfitText(`its ${JSON.stringify(keys[i - 1])} is no object`);
    const named: Node[] = (node.children ?? []).filter(({ children }) => children?.[0]?.value === key);
    if (named.length > 1) throw new UnfitText(`it has ${JSON.stringify(key)} twice`);
    node = named.length === 1 ? findNodeAtLocation(node, [key]) : undefined;
    if (!node) return undefined;
  }
  return node;
}

/** Kinds of tokens of jsonc-parser 3 (SyntaxKind, which is there for its own compiler alone). */
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET, END] = [1, 2, 3, 4, 17];

/** How deep brackets go, as the parser reads them: those within texts and comments are none. */
function levels(text: string): number {
  const scanner = createScanner(text, true);
  const open: number[] = [];
  let most = 0;
  for (let token: number = scanner.scan(); token !== END; token = scanner.scan()) {
    if (token === OPEN_BRACE) open.push(CLOSE_BRACE);
    else if (token === OPEN_BRACKET) open.push(CLOSE_BRACKET);
    // One that closes nothing is a mistake, behind which the parser goes on within.
    else if (token === open.at(-1)) open.pop();
    most = Math.max(most, open.length);
  }
  return most;
}

function at(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1) as string).length + 1}`;
}

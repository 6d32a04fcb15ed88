import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasRoots, picturesFolder, rootsOf, unfitFolder } from '../../src/setup/photo-folders.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'h200-photos-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));
const folder = (name: string) => {
  mkdirSync(join(home, name), { recursive: true });
  return join(home, name);
};
const desktop = (line: string, config = '.config') =>
  writeFileSync(join(folder(config), 'user-dirs.dirs'), `# of the desktop\nXDG_MUSIC_DIR="$HOME/Musik"\n${line}\n`);
const found = (env: Record<string, string> = {}) => picturesFolder({ home, env });

describe('folders of photos', () => {
  it('are there, and none has the sign in its name that ends a folder in the list', () => {
    const good = folder('photos');
    expect(unfitFolder([good, home])).toBeNull();
    expect(unfitFolder([good, join(home, 'gone')])).toContain('there is no folder');
    expect(unfitFolder([folder(`c${delimiter}d`)])).toContain(`has a "${delimiter}" in it`);
    expect(rootsOf([good, home])).toEqual({ H200_ALLOWED_ROOTS: `${good}${delimiter}${home}` });
  });

  it('are looked for in an entry as it stands', () => {
    expect(hasRoots({ mcpServers: { mug: { env: { H200_ALLOWED_ROOTS: '/x' } } } })).toBe(true);
    expect([hasRoots({ mcpServers: { mug: { env: {} } } }), hasRoots(null)]).toEqual([false, false]);
  });
});

describe('pictures of this person', () => {
  it('are where the desktop says, else in Pictures, else nowhere', () => {
    expect(found()).toBeNull();
    const pictures = folder('Pictures');
    expect(found()).toBe(pictures);
    desktop('XDG_PICTURES_DIR="$HOME/Bilder"');
    expect(found()).toBe(pictures);
    const bilder = folder('Bilder');
    expect(found()).toBe(bilder);
    desktop('XDG_PICTURES_DIR="$HOME/Fotos"', 'elsewhere');
    expect(found({ XDG_CONFIG_HOME: join(home, 'elsewhere') })).toBe(pictures);
  });

  it.each(['$HOME/', '$HOME/.', '/', '..', ''])('are never the whole home or more: %j', (named) => {
    desktop(`XDG_PICTURES_DIR="${named}"`);
    expect(found()).toBeNull();
  });
});

import { plain } from './plain.ts';

/** A small box of lines beside what is pointed at or focused. */
export interface Tip {
  readonly node: HTMLElement;
  show(lines: readonly string[], at: { readonly x: number; readonly y: number }): void;
  hide(): void;
}

export function createTip(frame: HTMLElement): Tip {
  const node = frame.ownerDocument.createElement('div');
  node.className = 'scene-tip';
  node.setAttribute('role', 'tooltip');
  node.hidden = true;
  frame.append(node);
  return {
    node,
    show(lines, at) {
      node.replaceChildren(
        ...lines.map((line) => {
          const row = node.ownerDocument.createElement('div');
          row.textContent = plain(line);
          return row;
        }),
      );
      node.hidden = false;
      const room = frame.getBoundingClientRect();
      const left = Math.min(at.x - room.left + 14, room.width - node.offsetWidth - 4);
      const below = at.y - room.top + 14;
      const top = below + node.offsetHeight > room.height ? at.y - room.top - node.offsetHeight - 10 : below;
      node.style.left = `${Math.max(4, left)}px`;
      node.style.top = `${Math.max(4, top)}px`;
    },
    hide() {
      node.hidden = true;
    },
  };
}

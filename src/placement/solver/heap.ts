/** Smallest key first; equal keys in the order they came, so that a search is the same every time. */
export class Heap<T> {
  readonly #items: { readonly key: number; readonly order: number; readonly value: T }[] = [];
  #count = 0;

  push(key: number, value: T): void {
    const items = this.#items;
    const item = { key, order: this.#count++, value };
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent]!;
      if (above.key < key || (above.key === key && above.order < item.order)) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  pop(): { readonly key: number; readonly value: T } | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1]!, items[child]!)) child++;
      const below = items[child]!;
      if (before(last, below)) break;
      items[at] = below;
      at = child;
    }
    items[at] = last;
    return top;
  }
}

function before(a: { key: number; order: number }, b: { key: number; order: number }): boolean {
  return a.key < b.key || (a.key === b.key && a.order < b.order);
}

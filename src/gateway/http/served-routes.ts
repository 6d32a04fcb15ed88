interface Served {
  readonly parts: readonly string[];
  readonly methods: readonly string[];
}

/** Every path that is served, variables included, so that a wrong method can be told from a wrong path. */
export class ServedRoutes {
  private readonly routes: Served[] = [];

  add({ url, method }: { readonly url: string; readonly method: string | readonly string[] }): void {
    this.routes.push({ parts: url.split('/'), methods: [method].flat() });
  }

  /** The methods that a path takes, each once; empty: it is not served. A path that is served by its name is no variable's. */
  methodsOf(path: string): string[] {
    const named = this.routes.filter(({ parts }) => parts.join('/') === path);
    if (named.length > 0) return [...new Set(named.flatMap((route) => route.methods))];
    const given = path.split('/');
    const fits = ({ parts }: Served) =>
      parts.length === given.length &&
      parts.every((part, i) => part === given[i] || (part[0] === ':' && given[i] !== ''));
    return [...new Set(this.routes.filter(fits).flatMap((route) => route.methods))];
  }
}

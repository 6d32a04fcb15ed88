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

  /** The methods that a path takes, each once; empty: it is not served. */
  methodsOf(path: string): string[] {
    const given = path.split('/');
    const fits = ({ parts }: Served) =>
      parts.length === given.length &&
      parts.every((part, i) => part === given[i] || (part[0] === ':' && given[i] !== ''));
    return [...new Set(this.routes.filter(fits).flatMap((route) => route.methods))];
  }
}

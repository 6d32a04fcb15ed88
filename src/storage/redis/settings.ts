/** How the Redis of the configuration is reached. */
export interface RedisSettings {
  readonly nodes: readonly RedisNode[];
  /** single: the one node; sentinel: nodes are sentinels that know the master's address; cluster: nodes are some of it. */
  readonly mode: 'single' | 'sentinel' | 'cluster';
  /** As the sentinels call it. */
  readonly master?: string;
  readonly username?: string;
  readonly password?: string;
  readonly sentinelPassword?: string;
  readonly db: number;
  /** `ca`: PEM of the authority that signed the server's certificate; absent: those that Node.js knows. */
  readonly tls?: { readonly ca?: string };
}

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

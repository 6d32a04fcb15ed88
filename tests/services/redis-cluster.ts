import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.ts';
import { type RedisServer, redisCli, startRedis, stopRedis } from './redis-server.ts';

export interface RedisSet {
  readonly servers: RedisServer[];
  /** Of what clients are told: nodes of the cluster, or the sentinels. */
  readonly ports: readonly number[];
  /** The server that holds what `key` names, or the one that is written to. */
  master(key: string): Promise<RedisServer>;
  stop(): Promise<void>;
}

const NODE_TIMEOUT_MS = 1500;
/** As the sentinels call the set. */
export const MASTER = 'h200';

/** Ports whose bus port (10,000 more) is a port as well. */
async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = await freePort();
    if (port < 55_000) ports.add(port);
  }
  return [...ports];
}

/** Three masters, each with a replica. */
export async function startCluster(folder: string): Promise<RedisSet> {
  const ports = await freePorts(6);
  const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', `${NODE_TIMEOUT_MS}`];
  const servers = await Promise.all(
    ports.map((port) => startRedis({ folder: join(folder, `${port}`), port, settings })),
  );
  const nodes = ports.map((port) => `127.0.0.1:${port}`);
  await redisCli(ports[0]!, '--cluster', 'create', ...nodes, '--cluster-replicas', '1', '--cluster-yes');
  await until(async () => {
    const states = await Promise.all(ports.map((port) => redisCli(port, 'cluster', 'info')));
    const links = await Promise.all(ports.map((port) => redisCli(port, 'info', 'replication')));
    return (
      states.every((text) => text.includes('cluster_state:ok')) &&
      links.filter((text) => text.includes('master_link_status:up')).length === 3
    );
  });
  return {
    servers,
    ports,
    async master(key) {
      const slot = await redisCli(ports[0]!, 'cluster', 'keyslot', key);
      for (const server of servers) {
        const [own = ''] = (await redisCli(server.port, 'cluster', 'nodes'))
          .split('\n')
          .filter((l) => /myself/.test(l));
        const ranges = own.includes('myself,master') ? own.split(' ').slice(8) : [];
        const isHere = ranges.some((range) => {
          const [from = 0, to = from] = range.split('-').map(Number);
          return from <= Number(slot) && Number(slot) <= to;
        });
        if (isHere) return server;
      }
      throw new Error(`nobody has slot ${slot}`);
    },
    stop: () => stopAll(servers),
  };
}

/** A master with two replicas, and three sentinels that watch them. */
export async function startSentinels(folder: string): Promise<RedisSet> {
  const [first = 0, ...others] = await freePorts(3);
  const servers = [await startRedis({ folder: join(folder, `${first}`), port: first })];
  for (const port of others) {
    const settings = ['--replicaof', '127.0.0.1', `${first}`];
    servers.push(await startRedis({ folder: join(folder, `${port}`), port, settings }));
  }
  await until(async () => (await redisCli(first, 'info', 'replication')).includes('connected_slaves:2'));
  const ports = await freePorts(3);
  for (const port of ports) {
    const file = join(folder, `sentinel-${port}.conf`);
    const lines = [
      `sentinel monitor ${MASTER} 127.0.0.1 ${first} 2`,
      `sentinel down-after-milliseconds ${MASTER} 1000`,
      `sentinel failover-timeout ${MASTER} 2000`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    servers.push(await startRedis({ folder, port, sentinel: file }));
  }
  // One that does not know of a good replica yet would give up, and try again much later.
  await until(async () => {
    for (const port of ports) {
      const master = await redisCli(port, 'sentinel', 'master', MASTER);
      const replicas = await redisCli(port, 'sentinel', 'replicas', MASTER);
      if (!/num-other-sentinels\n2(\n|$)/.test(master)) return false;
      if (replicas.match(/master-link-status\nok/g)?.length !== 2) return false;
    }
    return true;
  });
  return {
    servers,
    ports,
    async master() {
      const said = await redisCli(ports[0]!, 'sentinel', 'get-master-addr-by-name', MASTER);
      return servers.find(({ port }) => said.endsWith(`${port}`)) as RedisServer;
    },
    stop: () => stopAll(servers),
  };
}

const stopAll = async (servers: readonly RedisServer[]) => {
  await Promise.all(servers.map(stopRedis));
};

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('the servers did not find each other');
    await sleep(100);
  }
}

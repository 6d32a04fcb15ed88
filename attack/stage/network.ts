import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import net, { type LookupFunction, type Socket } from 'node:net';

/**
 * Loaded into the product before its own code: the internet of set S8, on loopback. Names have the addresses that the set gives
 * them, one list for each look-up in turn; dials to the addresses that play the public internet end at the set's server; every
 * dial is told to the set. The product's code and its policy are as they are.
 */
const names = JSON.parse(process.env.H200_ATTACK_NAMES ?? '{}') as Record<string, string[][]>;
const played = new Set((process.env.H200_ATTACK_PUBLIC ?? '').split(','));
const port = Number(process.env.H200_ATTACK_PORT);
const asked = new Map<string, number>();

const family = (address: string) => ({ address, family: net.isIP(address) });

async function lookup(hostname: string, options: { all?: boolean } = {}) {
  const turn = asked.get(hostname) ?? 0;
  asked.set(hostname, turn + 1);
  const lists = names[hostname];
  const found = lists?.[Math.min(turn, lists.length - 1)];
  if (found === undefined) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' });
  return options.all ? found.map(family) : family(found[0]!);
}
Object.assign(dns, { lookup });
syncBuiltinESMExports();

interface Dial {
  host?: string;
  port?: number;
  path?: string;
  lookup?: LookupFunction;
}
const connect = net.Socket.prototype.connect as (this: Socket, ...args: unknown[]) => Socket;
net.Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
  const options = (Array.isArray(args[0]) ? args[0][0] : args[0]) as Dial;
  if (typeof options !== 'object' || options === null || options.path || !options.host)
    return connect.apply(this, args);
  const wanted = options.port;
  const dialled = (address: string) => {
    process.send?.({ dialled: address, port: wanted });
    if (!played.has(address)) return address;
    options.port = port;
    Object.defineProperty(this, 'remoteAddress', { get: () => address });
    return '127.0.0.1';
  };
  if (net.isIP(options.host)) {
    options.host = dialled(options.host);
    return connect.apply(this, args);
  }
  const ask = options.lookup;
  if (ask) {
    // The port is read before the look-up: all names of the set lead to its server, or are refused by the look-up itself.
    options.port = port;
    options.lookup = (name, how, done) =>
      ask(name, how, (error, found, kind) => {
        if (error) return done(error, found, kind);
        if (typeof found === 'string') return done(null, dialled(found), 4);
        done(
          null,
          found.map(({ address }) => family(dialled(address))),
        );
      });
  }
  return connect.apply(this, args);
} as typeof net.Socket.prototype.connect;

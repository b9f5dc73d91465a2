import { parsedBy, type Kind } from './kinds';

/** A Redis server or several that are one; `url` is as ioredis takes it. */
export type RedisTarget =
  | { readonly kind: 'server'; readonly url: string }
  | ({ readonly kind: 'sentinel'; readonly masterName: string; readonly db: number } & SeveralNodes)
  | ({ readonly kind: 'cluster' } & SeveralNodes);

interface SeveralNodes {
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

const MANY =
  /^(?<scheme>rediss?)\+(?<kind>sentinel|cluster):\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<nodes>[^@/?#]+)(?:\/(?<path>[^?#]*))?$/;
const DEFAULT_PORTS = { sentinel: 26_379, cluster: 6_379 };

/** Undefined for a text that is none of `redis://`, `redis+sentinel://` and `redis+cluster://`. */
export function parseRedisUrl(text: string): RedisTarget | undefined {
  const { scheme, kind, user, password, nodes = '', path = '' } = MANY.exec(text)?.groups ?? {};
  if (kind !== 'sentinel' && kind !== 'cluster') return parseServer(text);
  const places = nodes.split(',').map((node) => parseNode(node, DEFAULT_PORTS[kind]));
  if (!places.every((place) => place !== undefined)) return undefined;
  try {
    const several = {
      nodes: places,
      tls: scheme === 'rediss',
      username: user ? decodeURIComponent(user) : undefined,
      password: password ? decodeURIComponent(password) : undefined,
    };
    if (kind === 'cluster') return path === '' ? { kind, ...several } : undefined;
    const { name, db = '0' } = /^(?<name>[\w.-]+)(?:\/(?<db>\d{1,6}))?$/.exec(path)?.groups ?? {};
    return name === undefined ? undefined : { kind, masterName: name, db: Number(db), ...several };
  } catch {
    return undefined; // a stray %
  }
}

function parseServer(text: string): RedisTarget | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isRedis = url && /^rediss?:$/.test(url.protocol) && url.hostname && /^(\/\d*)?$/.test(url.pathname);
  return isRedis ? { kind: 'server', url: text } : undefined;
}

function parseNode(text: string, defaultPort: number): { host: string; port: number } | undefined {
  // Any scheme with an authority reads a host and a port, and refuses what is neither.
  const url = URL.canParse(`redis://${text}`) ? new URL(`redis://${text}`) : undefined;
  if (!url?.hostname) return undefined;
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port ? Number(url.port) : defaultPort };
}

/** The value is the text itself, which `parseRedisUrl` takes; `rediss:` is TLS. */
export const redisUrl: Kind<string> = {
  schema: parsedBy((text) => (parseRedisUrl(text) ? text : undefined)),
  rule: 'like redis://host:6379/0 (rediss:// for TLS), redis+sentinel://host:26379,host:26379/master-name/0 or redis+cluster://host:6379,host:6379',
};

import { isIP } from 'node:net';
import { parsedBy, type Kind } from './kinds';

/** Whose `X-Forwarded-*` headers are believed: nobody's, the last `hops` proxies', or those of these addresses. */
export type TrustProxy = false | { readonly hops: number } | { readonly addresses: readonly string[] };

const namedRanges = new Set(['loopback', 'linklocal', 'uniquelocal']);

export const trustProxy: Kind<TrustProxy> = {
  schema: parsedBy<TrustProxy>((text, explain) => {
    const word = text.toLowerCase();
    if (word === 'true') {
      explain('must not be true, any client could invent its address: name the proxies');
      return undefined;
    }
    if (word === 'false' || word === '0') return false;
    if (/^([1-9]|10)$/.test(word)) return { hops: Number(word) };
    const addresses = word.split(',').map((entry) => entry.trim());
    return addresses.every((entry) => namedRanges.has(entry) || isAddressOrRange(entry))
      ? { addresses }
      : undefined;
  }),
  rule: 'false, the number of proxies (1 to 10), or a comma separated list of addresses, CIDR ranges, loopback, linklocal and uniquelocal',
};

function isAddressOrRange(entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  // A prefix of 0 is the whole internet: the same as `true`.
  return /^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= (version === 4 ? 32 : 128);
}

/**
 * The value of Fastify's `trustProxy` option. Fastify takes a number, but then trusts nobody (it cannot check the
 * direct peer), so hops become a function: whoever counts proxies promises that every request comes through them.
 */
export function trustProxyOption(
  trust: TrustProxy,
): false | string[] | ((address: string, hop: number) => boolean) {
  if (trust === false) return false;
  if ('addresses' in trust) return [...trust.addresses];
  return (_address, hop) => hop < trust.hops;
}

import { isIPv4, isIPv6 } from 'node:net';

/**
 * What counts as one address when tries are counted: an IPv4 address, also in its IPv6 form, or the /64 network that an
 * IPv6 customer gets as a whole and can pick any address from.
 */
export function addressKey(address: string): string {
  const plain = address.split('%', 1)[0] ?? '';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1] ?? plain;
  if (isIPv4(mapped)) return mapped;
  return isIPv6(plain) ? networkOf(plain) : 'unknown';
}

/** `2001:db8:0:1::/64` of any way to write one of its addresses. */
function networkOf(address: string): string {
  // The URL parser writes an IPv6 address the one canonical way, with an IPv4 tail turned into two groups.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groups = head === '' ? [] : head.split(':');
  const last = tail ? tail.split(':') : [];
  if (tail !== undefined) groups.push(...Array<string>(8 - groups.length - last.length).fill('0'), ...last);
  return `${groups.slice(0, 4).join(':')}::/64`;
}

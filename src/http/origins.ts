import type { IncomingHttpHeaders } from 'node:http';
import type { HttpConfig } from '../config';

interface Sent {
  readonly headers: IncomingHttpHeaders;
}

/** What one's own machine is called; a browser takes them for three hosts. */
const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Origins that may act with a cookie: our own and those of the configuration, never `*`.
 * @param isDevelopment a server of one's own is then meant by each name of this machine, on its port
 */
export function allowedOrigins(
  http: Pick<HttpConfig, 'publicUrl' | 'corsOrigins'>,
  isDevelopment = false,
): ReadonlySet<string> {
  const own = new URL(http.publicUrl);
  const twins =
    isDevelopment && OWN_NAMES.includes(own.hostname) ? OWN_NAMES.map((name) => named(own, name)) : [];
  return new Set([own.origin, ...twins, ...http.corsOrigins.filter((origin) => origin !== '*')]);
}

function named(url: URL, hostname: string): string {
  const copy = new URL(url);
  copy.hostname = hostname;
  return copy.origin;
}

/**
 * Whether a request comes from a program: browsers send an Origin with every request that changes something, and tell
 * with every request where it comes from (`Sec-Fetch-Site`), or, the old ones, at least from which page. The fetch of
 * Node says its mode and nothing else.
 */
export function isNoBrowser({ headers }: Sent, ownOrigins: ReadonlySet<string>): boolean {
  if (headers.origin !== undefined || isForeign(headers, ownOrigins)) return false;
  const said = Object.keys(headers).filter((name) => name.startsWith('sec-fetch-'));
  return said.every((name) => name === 'sec-fetch-mode') && (headers['sec-fetch-mode'] ?? 'cors') === 'cors';
}

/** Whether a browser says that a page of another site has it send this. */
export function isFromOtherSite({ headers }: Sent, ownOrigins: ReadonlySet<string>): boolean {
  return isForeign(headers, ownOrigins) || headers['sec-fetch-site'] === 'cross-site';
}

/** By the origin; browsers of before 2020 send none with a form, but say which page it is on. */
function isForeign({ origin, referer }: IncomingHttpHeaders, ownOrigins: ReadonlySet<string>): boolean {
  if (origin !== undefined) return !ownOrigins.has(origin);
  return referer !== undefined && !(URL.canParse(referer) && ownOrigins.has(new URL(referer).origin));
}

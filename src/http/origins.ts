import type { IncomingHttpHeaders } from 'node:http';
import type { HttpConfig } from '../config';

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
 * with every request where it comes from (`Sec-Fetch-Site`). The fetch of Node says its mode and nothing else.
 */
export function isNoBrowser({ headers }: { readonly headers: IncomingHttpHeaders }): boolean {
  if (headers.origin !== undefined) return false;
  const said = Object.keys(headers).filter((name) => name.startsWith('sec-fetch-'));
  return said.every((name) => name === 'sec-fetch-mode') && (headers['sec-fetch-mode'] ?? 'cors') === 'cors';
}

/** Whether a browser says that a page of another site has it send this. */
export function isFromOtherSite(
  { headers }: { readonly headers: IncomingHttpHeaders },
  ownOrigins: ReadonlySet<string>,
): boolean {
  const isForeign = headers.origin !== undefined && !ownOrigins.has(headers.origin);
  return isForeign || headers['sec-fetch-site'] === 'cross-site';
}

import type { IncomingHttpHeaders } from 'node:http';
import type { HttpConfig } from '../config';

/** Origins that may act with a cookie: our own and those of the configuration, never `*`. */
export function allowedOrigins(http: Pick<HttpConfig, 'publicUrl' | 'corsOrigins'>): ReadonlySet<string> {
  return new Set([new URL(http.publicUrl).origin, ...http.corsOrigins.filter((origin) => origin !== '*')]);
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

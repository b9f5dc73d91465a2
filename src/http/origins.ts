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

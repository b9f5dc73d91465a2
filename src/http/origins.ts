import type { HttpConfig } from '../config';

/** Origins that may act with a cookie: our own and those of the configuration, never `*`. */
export function allowedOrigins(http: Pick<HttpConfig, 'publicUrl' | 'corsOrigins'>): ReadonlySet<string> {
  return new Set([new URL(http.publicUrl).origin, ...http.corsOrigins.filter((origin) => origin !== '*')]);
}

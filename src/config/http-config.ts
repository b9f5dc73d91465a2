import type { TrustProxy } from './trust-proxy';

/** PEM files: the certificate with its chain, and its key. */
export interface TlsConfig {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface HttpConfig {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Undefined: plain HTTP. */
  readonly tls: TlsConfig | undefined;
  /** Without a trailing slash. */
  readonly publicUrl: string;
  readonly trustProxy: TrustProxy;
  readonly bodyLimitBytes: number;
  /** How long a server that is told to stop serves on, so that whoever watches `/health/ready` sees it coming. */
  readonly shutdownDelaySeconds: number;
  readonly shutdownTimeoutSeconds: number;
  /** As browsers send them in `Origin`; `['*']` is every origin, without credentials. */
  readonly corsOrigins: readonly string[];
  /** May be a fraction. */
  readonly slowRequestSeconds: number;
}

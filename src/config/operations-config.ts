/** pino's names. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
export type LogFormat = 'json' | 'text';

export interface LogFileConfig {
  readonly path: string;
  readonly format: LogFormat;
  /** A file that has grown to this is put away. */
  readonly maxBytes: number;
  /** One put away is removed when its last line is older. */
  readonly retentionSeconds: number;
}

/** Takes JSON lines over TCP. */
export interface LogstashConfig {
  readonly host: string;
  readonly port: number;
}

/** Is told of errors that nobody foresaw. */
export interface SentryConfig {
  /** Where its envelopes go. */
  readonly url: string;
  readonly publicKey: string;
}

export interface LoggingConfig {
  readonly level: LogLevel;
  /** Of the standard output. */
  readonly format: LogFormat;
  readonly file: LogFileConfig | undefined;
  readonly logstash?: LogstashConfig | undefined;
  readonly sentry?: SentryConfig | undefined;
  /** As Sentry has it beside each error. */
  readonly environment?: string;
  /** Most that may wait for one slow reader of the log. */
  readonly bufferBytes?: number;
}

/** How what nobody needs any more is removed. */
export interface HousekeepingConfig {
  readonly intervalSeconds: number;
  /** Rows in one transaction. */
  readonly batchSize: number;
  /** Transactions of a round for one kind of rows. */
  readonly maxBatches: number;
  readonly sessionRetentionSeconds: number;
  /** Of codes, links and records of changed addresses. */
  readonly proofRetentionSeconds: number;
  readonly mailSentRetentionSeconds: number;
  readonly mailFailedRetentionSeconds: number;
}

/** Where traces go, as OTLP over HTTP. */
export interface TracingConfig {
  /** Without a trailing slash. */
  readonly endpoint: string;
  /** Never logged. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** Share of the traces that is kept, 0 to 1. */
  readonly ratio: number;
}

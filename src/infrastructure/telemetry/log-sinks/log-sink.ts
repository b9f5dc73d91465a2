/** Where finished log lines go. Writing neither waits nor throws: a line that finds no room is lost, and counted. */
export interface LogSink {
  /** As it stands in the metrics. */
  readonly name: 'console' | 'file' | 'logstash' | 'sentry';
  /** Lines lost since the start. */
  readonly dropped: number;
  /** @param line JSON, with the newline that ends it */
  write(line: string): void;
  /** Hands over what is left, for a bounded time. */
  close(): Promise<void>;
}

/** How a line looks where it ends up. */
export type LineFormat = (line: string) => string;

export const asJson: LineFormat = (line) => line;

/** What a sink tells of itself; lines of the log like any other. */
export type SinkNotice = (
  level: 'info' | 'warn',
  fields: Readonly<Record<string, unknown>>,
  event: string,
) => void;

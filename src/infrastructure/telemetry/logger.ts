import { resolve } from 'node:path';
import { pino, type DestinationStream, type LogFn, type Logger } from 'pino';
import { systemReason, type LoggingConfig, type LogFormat } from '../../config';
import { lineContext } from './line-context';
import { ConsoleSink } from './log-sinks/console-sink';
import { FileSink } from './log-sinks/file-sink';
import { asJson, type LineFormat, type LogSink, type SinkNotice } from './log-sinks/log-sink';
import { LogstashSink } from './log-sinks/logstash-sink';
import { SentrySink } from './log-sinks/sentry-sink';
import { textLines } from './log-sinks/text-lines';
import { printable } from './printable';
import { redact, redactText } from './redaction';

export type { Logger } from 'pino';

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;
/** For those who log in the shell; a server has LOG_BUFFER_BYTES. */
const DEFAULT_BUFFER_BYTES = 16 * 1024 * 1024;

/** The level names of the services that this gateway replaces, so that their dashboards keep working. */
const LEVEL_NAMES: Record<string, string> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

export interface Log {
  readonly logger: Logger;
  readonly sinks: readonly LogSink[];
  /** Hands over what is left in every sink, for two seconds at most. */
  readonly close: () => Promise<void>;
}

/**
 * JSON lines `{level, timestamp, service, request_id, ..., event}`, to everything the configuration names; in the format
 * `text` lines for people. Events are constant names; whatever varies is a field, and every field passes the redaction
 * before any sink sees it.
 *
 * @param output where lines go beside the log file: a file descriptor, or what a test listens with
 */
export function openLog(
  config: LoggingConfig,
  serviceName: string,
  output: DestinationStream | number = STANDARD_OUTPUT,
): Log {
  const maxBytes = config.bufferBytes ?? DEFAULT_BUFFER_BYTES;
  // Sinks tell of themselves in the log that they are part of.
  const notice: SinkNotice = (level, fields, event) => logger[level](fields, event);
  const hasColours = typeof output === 'number';
  const sinks: LogSink[] = [new ConsoleSink(output, maxBytes, formatOf(config.format, hasColours))];
  const file = openLogFile(config, maxBytes);
  if (file && 'sink' in file) sinks.push(file.sink);
  if (config.logstash) sinks.push(new LogstashSink(config.logstash, maxBytes, notice));
  if (config.sentry) sinks.push(new SentrySink(config.sentry, serviceName, config.environment ?? ''));
  const logger = loggerOver(sinks, config, serviceName);
  if (file && 'refusal' in file) logger.warn(file.refusal, 'log_file_not_writable');
  return { logger, sinks, close: () => closeAll(sinks) };
}

async function closeAll(sinks: readonly LogSink[]): Promise<void> {
  await Promise.all(sinks.map((sink) => sink.close()));
}

/** The logger alone, for whoever has no use for the rest. Parameters as for `openLog`. */
export function createLogger(...parameters: Parameters<typeof openLog>): Logger {
  return openLog(...parameters).logger;
}

function loggerOver(sinks: readonly LogSink[], { level }: LoggingConfig, serviceName: string): Logger {
  return pino(
    {
      level,
      base: { service: serviceName },
      messageKey: 'event',
      errorKey: 'error',
      timestamp: timestamps(),
      mixin: lineContext,
      formatters: {
        level: (label: string) => ({ level: LEVEL_NAMES[label] ?? label.toUpperCase() }),
        log: (fields) => redact(fields) as Record<string, unknown>,
      },
      hooks: {
        // Ours are constant; libraries that log through us put what they like into theirs.
        logMethod(values: Parameters<LogFn>, log) {
          const last = values.length - 1;
          if (typeof values[last] === 'string') values[last] = printable(redactText(values[last]));
          log.apply(this, values);
        },
      },
      // The redaction has already made a plain object of an error.
      serializers: { error: (error: unknown) => error, err: (error: unknown) => error },
    },
    pino.multistream(sinks.map((stream) => ({ level, stream }))),
  );
}

/** The field of a line's time. Lines of the same millisecond share its text, which costs more to make than to join. */
function timestamps(): () => string {
  let ofMs = 0;
  let field = '';
  return () => {
    const nowMs = Date.now();
    if (nowMs !== ofMs) {
      ofMs = nowMs;
      field = `,"timestamp":"${new Date(nowMs).toISOString()}"`;
    }
    return field;
  };
}

/** For a command of the shell: what goes wrong, for people, on the standard error; its results have the standard output. */
export function createCommandLogger(): Logger {
  return createLogger({ level: 'warn', format: 'text', file: undefined }, '', STANDARD_ERROR);
}

function formatOf(format: LogFormat, hasColours: boolean): LineFormat {
  return format === 'text' ? textLines(hasColours) : asJson;
}

type LogFile =
  { readonly sink: FileSink } | { readonly refusal: { readonly file: string; readonly reason: string } };

/** A file that cannot be written is no reason to stop: a read-only disk must not keep people from signing in. */
function openLogFile({ file }: LoggingConfig, maxBytes: number): LogFile | undefined {
  if (!file) return undefined;
  try {
    return { sink: new FileSink(file, maxBytes, formatOf(file.format, false)) };
  } catch (error) {
    return { refusal: { file: resolve(file.path), reason: systemReason(error) } };
  }
}

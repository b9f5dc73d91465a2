import { closeSync, constants, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isatty } from 'node:tty';
import { pino, type DestinationStream, type LogFn, type Logger } from 'pino';
import pinoPretty from 'pino-pretty';
import { makeDirectory, systemReason, type LoggingConfig } from '../../config';
import { currentRequestContext } from '../../foundation/request-context';
import { printable } from './printable';
import { redact, redactText } from './redaction';

export type { Logger } from 'pino';

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;
// A write for every line would cost a busy server a tenth of its time; pino flushes the rest when the process exits.
const BUFFERING = { minLength: 60 * 1024, maxWrite: 64 * 1024, periodicFlush: 100 };

/** The level names of the services that this gateway replaces, so that their dashboards keep working. */
const LEVEL_NAMES: Record<string, string> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

/**
 * JSON lines `{timestamp, level, service, event, request_id, ...}` or, with the format `text`, coloured lines for people.
 * Events are constant names; whatever varies is a field, and every field passes the redaction.
 *
 * @param output where lines go beside the log file: a file descriptor, or what a test listens with
 */
export function createLogger(
  config: LoggingConfig,
  serviceName: string,
  output: DestinationStream | number = STANDARD_OUTPUT,
): Logger {
  const pretty = config.format === 'text';
  const main = pretty ? prettyOutput(output) : typeof output === 'number' ? standardOutput(output) : output;
  const streams = [{ level: config.level, stream: main }];
  const file = config.file === undefined ? undefined : openLogFile(config.file);
  if (file && 'stream' in file) streams.push({ level: config.level, stream: file.stream });

  const logger = pino(
    {
      level: config.level,
      base: { service: serviceName },
      messageKey: 'event',
      errorKey: 'error',
      timestamp: timestamps(),
      mixin: () => {
        const requestId = currentRequestContext()?.requestId;
        return requestId === undefined ? {} : { request_id: requestId };
      },
      formatters: {
        ...(!pretty && { level: (label: string) => ({ level: LEVEL_NAMES[label] ?? label.toUpperCase() }) }),
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
    pino.multistream(streams),
  );
  if (file && 'refusal' in file) logger.warn(file.refusal, 'log_file_not_writable');
  return logger;
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

function prettyOutput(destination: DestinationStream | number): DestinationStream {
  return pinoPretty({
    // Colours are for terminals.
    ...(typeof destination !== 'number' && { colorize: false }),
    messageKey: 'event',
    timestampKey: 'timestamp',
    ignore: 'service,pid,hostname',
    sync: true,
    destination,
  });
}

/** Without waiting: a pipe that nobody reads would otherwise hold the start for ever. */
const APPENDING = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

type LogFile =
  | { readonly stream: DestinationStream }
  | { readonly refusal: { readonly file: string; readonly reason: string } };

/** A file that cannot be written is no reason to stop: a read-only disk must not keep people from signing in. */
function openLogFile(file: string): LogFile {
  try {
    makeDirectory(dirname(file));
    closeSync(openSync(file, APPENDING, 0o666));
  } catch (error) {
    return { refusal: { file: resolve(file), reason: systemReason(error) } };
  }
  return { stream: buffered(file) };
}

/** On a terminal somebody waits for each line. */
function standardOutput(output: number): DestinationStream {
  return isatty(output) ? pino.destination({ dest: output, sync: true }) : buffered(output);
}

function buffered(dest: number | string): DestinationStream {
  const stream = pino.destination({ dest, sync: false, ...BUFFERING });
  // A full disk or a closed pipe loses lines, not requests: without a listener it would end the process.
  stream.on('error', () => undefined);
  return stream;
}

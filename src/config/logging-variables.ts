import type { LogFormat, LogLevel } from './operations-config';
import { boolean, choice, host, integer, lengthOfTime, text, type Kind } from './kinds';
import type { Variable } from './variable';

const secondsPerDay = 86_400;

const logLevel = choice<LogLevel>({
  DEBUG: 'debug',
  INFO: 'info',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'fatal',
  // pino's own names, as far as they differ.
  trace: 'trace',
  warn: 'warn',
  fatal: 'fatal',
  silent: 'silent',
});

const jsonLogs: Kind<LogFormat> = {
  schema: boolean.schema.transform((isJson) => (isJson ? 'json' : 'text')),
  rule: boolean.rule,
};

export const loggingVariables = {
  LOG_LEVEL: {
    kind: logLevel,
    default: 'INFO',
    description: 'Least important message that is logged.',
  },
  LOG_FORMAT: {
    kind: choice<LogFormat>({ json: 'json', text: 'text', pretty: 'text' }),
    aliases: [{ name: 'JSON_LOGS', kind: jsonLogs, example: 'true' }],
    defaultMeaning: 'json; on a terminal outside production text',
    example: 'json',
    description:
      'One JSON object a line, or text for people, which pretty means too (by its other name: true or false).',
  },
  LOG_FILE: {
    kind: text(1_000),
    default: 'logs/app.log',
    description: 'File that gets the log besides the standard output; set, but empty: none.',
    isEmptyMeaningful: true,
  },
  LOG_FILE_MAX_BYTES: {
    kind: integer(10_000, 10_000_000_000),
    default: '100000000',
    description: 'The file is put away under a name of its day when it is so large, and each day.',
  },
  LOG_RETENTION: {
    kind: lengthOfTime(secondsPerDay),
    default: '7 days',
    example: '12 hours',
    description: 'How long files put away are kept.',
  },
  LOG_BUFFER_BYTES: {
    kind: integer(100_000, 1_000_000_000),
    default: '16777216',
    description:
      'Most that waits for a log file, standard output or Logstash that does not keep up; lines beyond are lost, and counted.',
  },
  ENABLE_LOGSTASH: {
    kind: boolean,
    default: 'false',
    description: 'Sends the log, as JSON lines over TCP, to SYSLOG_HOST as well.',
  },
  SYSLOG_HOST: {
    kind: host,
    defaultMeaning: 'none; required with ENABLE_LOGSTASH',
    example: 'logstash.internal',
    description: 'Where Logstash listens.',
  },
  SYSLOG_PORT: {
    kind: integer(1, 65_535),
    default: '5141',
    description: 'On which port Logstash listens.',
  },
} satisfies Record<string, Variable>;

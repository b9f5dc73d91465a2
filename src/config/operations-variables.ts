import type { LogFormat, LogLevel } from './config';
import { bearerToken, boolean, choice, integer, names, text, type Kind } from './kinds';
import type { Variable } from './variable';

export const graphqlVariables = {
  GRAPHQL_INTROSPECTION: {
    kind: boolean,
    defaultMeaning: 'true; in production, and without NODE_ENV on a HOST that lets others in, false',
    example: 'false',
    description: 'Introspection, Sandbox and hints in validation errors.',
  },
  GRAPHQL_MAX_DEPTH: {
    kind: integer(1, 100),
    default: '8',
    description: 'Deepest nesting of a query.',
  },
  GRAPHQL_MAX_ALIASES: {
    kind: integer(0, 1_000),
    default: '15',
    description: 'Most aliases in a query.',
  },
  GRAPHQL_MAX_TOKENS: {
    kind: integer(1, 100_000),
    default: '1000',
    description: 'Most lexer tokens in a document.',
  },
  GRAPHQL_MAX_ROOT_FIELDS: {
    kind: integer(1, 1_000),
    default: '15',
    description: 'Most fields at the root of an operation.',
  },
} satisfies Record<string, Variable>;

export const restVariables = {
  REST_FAMILIES: {
    kind: names,
    default: 'all',
    example: 'auth-serve,session,credit,balance-hub',
    description:
      'REST families that are served (auth-serve, session, credit, balance-hub); the OpenAPI document shows just these.',
  },
} satisfies Record<string, Variable>;

export const metricsVariables = {
  METRICS_TOKEN: {
    kind: bearerToken(8),
    defaultMeaning: 'none; in production /metrics is then for direct requests from the machine itself only',
    example: '<metrics-token>',
    description: 'Who reads /metrics sends it as bearer token.',
    isSecret: true,
  },
  METRICS_PORT: {
    kind: integer(0, 65_535),
    defaultMeaning: 'PORT',
    example: '9464',
    description: 'Port, on HOST, that serves /metrics and nothing else; 0 takes any free one.',
  },
} satisfies Record<string, Variable>;

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
} satisfies Record<string, Variable>;

import type { SentryConfig } from './operations-config';
import { decimal, parsedBy, text, type Kind } from './kinds';
import { publicUrl } from './urls';
import type { Variable } from './variable';

/** `key=value` pairs with commas between, values percent-encoded, as OpenTelemetry has it. */
const headers: Kind<Readonly<Record<string, string>>> = {
  schema: parsedBy((value) => {
    const pairs = value.split(',').map((pair) => /^\s*([\w-]+)\s*=\s*([\x21-\x7e ]*?)\s*$/.exec(pair));
    if (pairs.some((pair) => pair === null)) return undefined;
    try {
      return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', decodeURIComponent(pair?.[2] ?? '')]));
    } catch {
      return undefined;
    }
  }),
  rule: 'key=value pairs, separated by commas',
};

/** `https://<public key>@<host>/<path>/<project>`; a secret behind the key, as old ones have, is of no use to us. */
const sentryDsn: Kind<SentryConfig> = {
  schema: parsedBy((value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    const [, path = '', project] = /^(.*)\/(\d+)$/.exec(url?.pathname ?? '') ?? [];
    if (!url || !/^https?:$/.test(url.protocol) || !url.username || project === undefined) return undefined;
    return { url: `${url.origin}${path}/api/${project}/envelope/`, publicKey: url.username };
  }),
  rule: 'a Sentry DSN: https://<key>@<host>/<project>',
};

export const tracingVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    kind: publicUrl,
    defaultMeaning: 'none: nothing is traced, and nothing loaded for it',
    example: 'http://otel-collector:4318',
    description:
      'Base address of an OpenTelemetry collector; traces go to /v1/traces there, as OTLP over HTTP.',
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    kind: headers,
    defaultMeaning: 'none',
    example: 'api-key=<key>',
    description: 'Headers that the collector asks for.',
    isSecret: true,
  },
  OTEL_SERVICE_NAME: {
    kind: text(100),
    defaultMeaning: 'SERVICE_NAME',
    example: 'auth-gateway',
    description: 'Name of the service in its traces.',
  },
  OTEL_TRACES_SAMPLER_ARG: {
    kind: decimal(0, 1),
    default: '1',
    description: 'Share of the traces that is kept, whoever began them.',
  },
  SENTRY_DSN: {
    kind: sentryDsn,
    defaultMeaning: 'none',
    example: 'https://key@o0.ingest.sentry.io/1',
    description: 'Sentry project that is told of unexpected errors, masked as in the log.',
    isSecret: true,
  },
} satisfies Record<string, Variable>;

import { bearerToken, integer, names } from './kinds';
import type { Variable } from './variable';

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

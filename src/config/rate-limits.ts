import { isIPv6 } from 'node:net';
import type { FigureName, RateLimitConfig } from './config';
import type { Rate } from './rate';
import { rateVariables } from './rate-limit-variables';
import type { Values } from './variables';

export const figureNames = Object.keys(rateVariables).map((name) =>
  name.replace('RATE_LIMIT_', ''),
) as FigureName[];

export function rateLimitConfig(values: Values): RateLimitConfig {
  return {
    enabled: values.RATE_LIMIT_ENABLED,
    failClosed: values.RATE_LIMIT_FAIL_CLOSED,
    figures: Object.fromEntries(figureNames.map((name) => [name, values[`RATE_LIMIT_${name}`]])) as Record<
      FigureName,
      Rate
    >,
    login: {
      freeFailures: values.LOGIN_FREE_FAILURES,
      strangerFreeFailures: values.LOGIN_FREE_FAILURES_STRANGERS,
      maxDelaySeconds: values.LOGIN_MAX_DELAY_SECONDS,
    },
    redisUrl: values.REDIS_URL ?? redisUrlOfParts(values),
  };
}

function redisUrlOfParts({ REDIS_HOST, REDIS_PORT, REDIS_DB }: Values): string | undefined {
  if (REDIS_HOST === undefined) return undefined;
  return `redis://${isIPv6(REDIS_HOST) ? `[${REDIS_HOST}]` : REDIS_HOST}:${REDIS_PORT}/${REDIS_DB}`;
}

import type { Kind } from './kinds';
import { creditVariables } from './credit-variables';
import { breakerVariables, databaseVariables } from './database-variables';
import { graphqlVariables, subscriptionVariables } from './graphql-variables';
import { housekeepingVariables } from './housekeeping-variables';
import { loggingVariables } from './logging-variables';
import { mailVariables, verificationVariables } from './mail-variables';
import { metricsVariables, restVariables } from './operations-variables';
import { oauthVariables } from './oauth-variables';
import { rateLimitVariables, redisVariables } from './rate-limit-variables';
import { passwordVariables, sessionVariables, tokenVariables } from './security-variables';
import { httpVariables, serviceVariables } from './service-variables';
import { tracingVariables } from './tracing-variables';
import type { Alias, Variable } from './variable';

/** The table by section, in the order of `.env.example` and docs/configuration.md. */
export const variableSections = {
  Service: serviceVariables,
  HTTP: httpVariables,
  Database: databaseVariables,
  'Circuit breaker': breakerVariables,
  Tokens: tokenVariables,
  'Tokens for others': oauthVariables,
  Passwords: passwordVariables,
  Sessions: sessionVariables,
  Credits: creditVariables,
  Verification: verificationVariables,
  Mail: mailVariables,
  'Rate limits': rateLimitVariables,
  Redis: redisVariables,
  GraphQL: graphqlVariables,
  Subscriptions: subscriptionVariables,
  REST: restVariables,
  Housekeeping: housekeepingVariables,
  Metrics: metricsVariables,
  Logging: loggingVariables,
  'Traces and errors': tracingVariables,
} satisfies Record<string, Record<string, Variable>>;

const table = {
  ...serviceVariables,
  ...httpVariables,
  ...databaseVariables,
  ...breakerVariables,
  ...tokenVariables,
  ...oauthVariables,
  ...passwordVariables,
  ...sessionVariables,
  ...creditVariables,
  ...verificationVariables,
  ...mailVariables,
  ...rateLimitVariables,
  ...redisVariables,
  ...graphqlVariables,
  ...subscriptionVariables,
  ...restVariables,
  ...housekeepingVariables,
  ...metricsVariables,
  ...loggingVariables,
  ...tracingVariables,
};

export type VariableName = keyof typeof table;

export const variables: Readonly<Record<VariableName, Variable>> = table;
export const variableNames = Object.keys(table) as VariableName[];

type ValueOf<V> = V extends { kind: Kind<infer T> }
  ? V extends { default: string }
    ? T
    : T | undefined
  : never;

/** What the table makes of an environment; `undefined` only where a variable has no default text. */
export type Values = { readonly [Name in VariableName]: ValueOf<(typeof table)[Name]> };

/** All the names under which a variable may be set, ours first. */
export function namesOf(name: VariableName): readonly Alias[] {
  return [{ name }, ...(variables[name].aliases ?? [])];
}

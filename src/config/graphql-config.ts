import type { FederationConfig, GraphqlConfig, PersistedOperationsConfig } from './graphql-settings';
import type { Values } from './variables';

export function graphqlConfig(values: Values, servesDevelopers: boolean): GraphqlConfig {
  const introspection = values.GRAPHQL_INTROSPECTION ?? servesDevelopers;
  return {
    introspection,
    hasIde: introspection && values.PERSISTED_OPERATIONS !== 'required',
    maxDepth: values.GRAPHQL_MAX_DEPTH,
    maxAliases: values.GRAPHQL_MAX_ALIASES,
    maxTokens: values.GRAPHQL_MAX_TOKENS,
    maxRootFields: values.GRAPHQL_MAX_ROOT_FIELDS,
    subscriptions: {
      enabled: values.SUBSCRIPTIONS,
      initTimeoutSeconds: values.SUBSCRIPTION_INIT_TIMEOUT_SECONDS,
      maxConnections: values.SUBSCRIPTION_MAX_CONNECTIONS,
      maxConnectionsPerUser: values.SUBSCRIPTION_MAX_CONNECTIONS_PER_USER,
      maxPerConnection: values.SUBSCRIPTION_MAX_PER_CONNECTION,
      maxBufferedBytes: values.SUBSCRIPTION_MAX_BUFFERED_BYTES,
      maxMessagesPerMinute: values.SUBSCRIPTION_MAX_MESSAGES_PER_MINUTE,
      pingSeconds: values.SUBSCRIPTION_PING_SECONDS,
    },
    persistedOperations: persistedOperationsConfig(values),
    federation: values.FEDERATION ? federationConfig(values) : undefined,
  };
}

function persistedOperationsConfig(values: Values): PersistedOperationsConfig {
  const kind = values.PERSISTED_OPERATIONS;
  if (kind === 'off') return { kind };
  if (kind === 'automatic') return { kind, cacheBytes: values.PERSISTED_OPERATIONS_CACHE_BYTES };
  return { kind, file: values.PERSISTED_OPERATIONS_FILE ?? '' };
}

function federationConfig(values: Values): FederationConfig {
  return {
    maxRepresentations: values.FEDERATION_MAX_REPRESENTATIONS,
    marksAuthenticated: values.FEDERATION_AUTHENTICATED,
  };
}

export interface GraphqlConfig {
  /** Also governs "did you mean" hints. */
  readonly introspection: boolean;
  /** GraphiQL and Sandbox: nothing can be tried where only a list is served. */
  readonly hasIde: boolean;
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxTokens: number;
  readonly maxRootFields: number;
  readonly subscriptions: SubscriptionsConfig;
  readonly persistedOperations: PersistedOperationsConfig;
  /** Undefined: it is no subgraph. */
  readonly federation: FederationConfig | undefined;
}

export interface FederationConfig {
  readonly maxRepresentations: number;
  /** Whether fields that need a token bear `@authenticated`. */
  readonly marksAuthenticated: boolean;
}

/** Whether the text of an operation may stay at home. */
export type PersistedOperationsConfig =
  | { readonly kind: 'off' }
  | { readonly kind: 'automatic'; readonly cacheBytes: number }
  /** Nothing but what is in the file. */
  | { readonly kind: 'required'; readonly file: string };

/** Of one process. */
export interface SubscriptionsConfig {
  readonly enabled: boolean;
  readonly initTimeoutSeconds: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerUser: number;
  readonly maxPerConnection: number;
  readonly maxBufferedBytes: number;
  readonly maxMessagesPerMinute: number;
  readonly pingSeconds: number;
}

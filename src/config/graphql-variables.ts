import { boolean, choice, decimal, integer, text } from './kinds';
import type { PersistedOperationsConfig } from './graphql-settings';
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
  FEDERATION: {
    kind: boolean,
    default: 'false',
    description:
      'Makes the service a subgraph of Apollo Federation 2, with User as an entity. Its SDL is told where introspection is on.',
  },
  FEDERATION_MAX_REPRESENTATIONS: {
    kind: integer(1, 10_000),
    default: '100',
    description: 'Most users that a router may ask for in one request.',
  },
  FEDERATION_AUTHENTICATED: {
    kind: boolean,
    default: 'false',
    description:
      'Marks the fields that need an access token with @authenticated, for routers that know it. @apollo/gateway serves no graph that has it; the fields check the token either way.',
  },
  PERSISTED_OPERATIONS: {
    kind: choice<PersistedOperationsConfig['kind']>({
      off: 'off',
      automatic: 'automatic',
      required: 'required',
    }),
    default: 'off',
    description:
      'Operations by hash: off; automatic (APQ), where a client sends the text once; or required, where nothing is served but what is in PERSISTED_OPERATIONS_FILE.',
  },
  PERSISTED_OPERATIONS_FILE: {
    kind: text(1_000),
    defaultMeaning: 'none; needed with PERSISTED_OPERATIONS=required',
    example: '/etc/gateway/persisted-operations.json',
    description:
      'The operations that are served: the manifest that Apollo’s or Relay’s compiler writes. Read at start.',
  },
  PERSISTED_OPERATIONS_CACHE_BYTES: {
    kind: integer(1_024, 1_073_741_824),
    default: '4194304',
    description: 'Memory for the texts of automatic persisted operations; the least used go first.',
  },
} satisfies Record<string, Variable>;

/** All figures are of one process. */
export const subscriptionVariables = {
  SUBSCRIPTIONS: {
    kind: boolean,
    default: 'true',
    description:
      'Live events on /graphql, by WebSocket (graphql-ws) and by server-sent events. On a PostgreSQL server each process holds one more connection for them, directly: LISTEN passes no pooler in transaction mode.',
  },
  SUBSCRIPTION_INIT_TIMEOUT_SECONDS: {
    kind: decimal(0.05, 60),
    default: '3',
    description: 'How long a WebSocket may stay open without saying who it is (connection_init).',
  },
  SUBSCRIPTION_MAX_CONNECTIONS: {
    kind: integer(1, 1_000_000),
    default: '10000',
    description: 'WebSockets and event streams a process holds open; one more is answered 503.',
  },
  SUBSCRIPTION_MAX_CONNECTIONS_PER_USER: {
    kind: integer(1, 10_000),
    default: '5',
    description: 'The same of one user; one more is refused.',
  },
  SUBSCRIPTION_MAX_PER_CONNECTION: {
    kind: integer(1, 1_000),
    default: '20',
    description: 'Subscriptions under way on one WebSocket.',
  },
  SUBSCRIPTION_MAX_BUFFERED_BYTES: {
    kind: integer(1_024, 104_857_600),
    default: '262144',
    description: 'Bytes that may wait for a client that does not read; beyond it the connection is cut.',
  },
  SUBSCRIPTION_MAX_MESSAGES_PER_MINUTE: {
    kind: integer(10, 1_000_000),
    default: '600',
    description: 'Messages of one WebSocket, pings too; beyond it the connection is closed with 4429.',
  },
  SUBSCRIPTION_PING_SECONDS: {
    kind: decimal(0.05, 3_600),
    default: '20',
    description: 'Pause between pings; a WebSocket that has not answered the one before is cut.',
  },
} satisfies Record<string, Variable>;

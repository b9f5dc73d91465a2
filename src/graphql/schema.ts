import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type ContainerType, type NonEmptyArray, type PubSub } from 'type-graphql';
import { AccountResolver } from '../features/account';
import { CreditEventsResolver, CreditResolver } from '../features/credit';
import { PasswordResolver } from '../features/password';
import { SessionEventsResolver, SessionResolver } from '../features/sign-in';
import { VerificationResolver } from '../features/verification';
import type { RateLimiter } from '../infrastructure/rate-limit/rate-limiter';
import { NodeResolver } from './node.resolver';
import { describeFields } from './describe-fields';
import { asSubgraph, type SubgraphOptions } from './federation/subgraph';
import { limitRootFields } from './rate-limited-fields';
import { DateTimeScalar } from './scalars';
import { SystemResolver } from './system.resolver';

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- TypeGraphQL names resolver classes this way
export const resolverClasses: NonEmptyArray<Function> = [
  AccountResolver,
  SessionResolver,
  VerificationResolver,
  PasswordResolver,
  CreditResolver,
  SessionEventsResolver,
  CreditEventsResolver,
  NodeResolver,
  SystemResolver,
];

const NO_PUBSUB: PubSub = {
  publish: refuse,
  subscribe: refuse,
};

function refuse(): never {
  throw new Error('No events come this way');
}

/** The schema, its resolvers looked up in `container`; without one it can be printed but not executed. */
export function buildGraphQLSchema(
  container?: ContainerType,
  limiter?: RateLimiter,
  subgraph?: SubgraphOptions,
): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: resolverClasses,
    scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
    // The domain has the rules, once for every protocol; the schema has the types.
    validate: false,
    // TypeGraphQL asks for one wherever there are subscriptions; ours say themselves where their events come from.
    pubSub: NO_PUBSUB,
    ...(container && { container }),
  });
  describeFields(schema);
  return limitRootFields(subgraph ? asSubgraph(schema, subgraph) : schema, limiter);
}

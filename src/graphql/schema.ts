import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type ContainerType, type NonEmptyArray } from 'type-graphql';
import { AccountResolver } from '../features/account';
import { CreditResolver } from '../features/credit';
import { PasswordResolver } from '../features/password';
import { SessionResolver } from '../features/sign-in';
import { VerificationResolver } from '../features/verification';
import type { RateLimiter } from '../infrastructure/rate-limit/rate-limiter';
import { NodeResolver } from './node.resolver';
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
  NodeResolver,
  SystemResolver,
];

/** The schema, its resolvers looked up in `container`; without one it can be printed but not executed. */
export function buildGraphQLSchema(container?: ContainerType, limiter?: RateLimiter): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: resolverClasses,
    scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
    // The domain has the rules, once for every protocol; the schema has the types.
    validate: false,
    ...(container && { container }),
  });
  describeRoots(schema);
  return limitRootFields(schema, limiter);
}

/** TypeGraphQL makes the two of what the resolvers have, and lets nobody describe them. */
function describeRoots(schema: GraphQLSchema): void {
  const [query, mutation] = [schema.getQueryType(), schema.getMutationType()];
  if (query) query.description = 'What can be read. It changes nothing, and may be asked by GET.';
  if (mutation) mutation.description = 'What can be done. One after the other, in the order of the document.';
}

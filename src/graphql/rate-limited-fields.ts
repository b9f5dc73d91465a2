import { defaultFieldResolver, type GraphQLField, type GraphQLSchema } from 'graphql';
import { getGraphQLRateLimiter, Store, type Identity } from 'graphql-rate-limit';
import { AppError } from '../errors';
import { currentRequestContext } from '../foundation/request-context';
import { policies, type LimitedAction } from '../infrastructure/rate-limit/policies';
import type { FieldLimit } from '../infrastructure/rate-limit/rate-limit.decorator';
import type { RateLimiter } from '../infrastructure/rate-limit/rate-limiter';
import type { GraphQLContext } from './context';

/**
 * graphql-rate-limit reads its store, judges, and writes it back, so that parallel requests all pass. Here reading is
 * taking: the limiter counts the try in one atomic step and throws when it is one too many; nothing is left to write.
 */
class AtomicStore extends Store {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly action: LimitedAction,
  ) {
    super();
  }

  async getForIdentity({ fieldIdentity }: Identity): Promise<readonly number[]> {
    const caller = currentRequestContext();
    if (!caller) throw new Error('A limited field was reached outside a request');
    const account = fieldIdentity.slice(fieldIdentity.indexOf(':') + 1);
    await this.limiter.consume(this.action, 'graphql', caller, { account });
    return [];
  }

  setForIdentity(): void {
    // Counted already.
  }
}

/** Puts every root field behind its limit. Without a limiter, for printing the schema, only the descriptions change. */
export function limitRootFields(schema: GraphQLSchema, limiter?: RateLimiter): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {}) as GraphQLField<unknown, GraphQLContext>[]) {
      const limit = field.extensions['rateLimit'] as FieldLimit | undefined;
      if (limit) describeLimit(field, limit);
      if (limiter) enforce(field, limit ?? { action: 'other' }, limiter);
    }
  }
  return schema;
}

function describeLimit(field: GraphQLField<unknown, GraphQLContext>, { action }: FieldLimit): void {
  const { key, figures } = policies[action];
  field.description =
    `${field.description ?? ''} Rate limit: \`RATE_LIMIT_${figures.graphql}\`, by ${key}.`.trim();
}

function enforce(
  field: GraphQLField<unknown, GraphQLContext>,
  limit: FieldLimit,
  limiter: RateLimiter,
): void {
  const { resolve = defaultFieldResolver } = field;
  const rateLimiter = getGraphQLRateLimiter({
    identifyContext: (context: GraphQLContext) => context.ipAddress,
    store: new AtomicStore(limiter, limit.action),
  });
  const rule = {
    max: 1,
    ...(limit.accountArgument !== undefined && { identityArgs: [limit.accountArgument] }),
  };
  field.resolve = async (parent: unknown, args: Record<string, unknown>, context: GraphQLContext, info) => {
    const refusal = await rateLimiter({ parent, args, context, info }, rule);
    if (refusal !== undefined) throw new AppError('RATE_LIMITED');
    return resolve(parent, args, context, info);
  };
}

import { defaultFieldResolver, type GraphQLField, type GraphQLSchema } from 'graphql';
import { getGraphQLRateLimiter, Store, type Identity } from 'graphql-rate-limit';
import { AppError } from '../errors';
import { currentRequestContext } from '../foundation/request-context';
import { policies, type LimitedAction } from '../infrastructure/rate-limit/policies';
import type { FieldLimit } from '../infrastructure/rate-limit/rate-limit.decorator';
import type { RateLimiter } from '../infrastructure/rate-limit/rate-limiter';
import type { GraphQLContext } from './context';
import { fieldsOf, rootFields, type RootField } from './root-fields';

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
    await this.limiter.consume(this.action, caller.surface, caller, { account });
    return [];
  }

  setForIdentity(): void {
    // Counted already.
  }
}

const OTHER: FieldLimit = { action: 'other' };

/**
 * Puts every root field behind its limit. Without a limiter, for printing the schema, it only looks whether each has one.
 * @throws Error for a mutation that does not say which limit it is held to
 */
export function limitRootFields(schema: GraphQLSchema, limiter?: RateLimiter): GraphQLSchema {
  const undeclared = fieldsOf(schema.getMutationType()).find((field) => !limitOf(field));
  if (undeclared) throw new Error(`The mutation ${undeclared.name} says nothing with @RateLimit`);
  for (const field of rootFields(schema)) {
    const limit = limitOf(field) ?? OTHER;
    if (limiter?.isOn) enforce(field, policies[limit.action].isCountedWithin ? OTHER : limit, limiter);
  }
  return schema;
}

/** The names of the root fields that are held to a limit of their own. */
export function limitedFields(schema: GraphQLSchema): string[] {
  const isLimited = (field: RootField): boolean => (limitOf(field) ?? OTHER).action !== 'other';
  return rootFields(schema)
    .filter(isLimited)
    .map(({ name }) => name);
}

export function limitOf(field: RootField): FieldLimit | undefined {
  return field.extensions['rateLimit'] as FieldLimit | undefined;
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

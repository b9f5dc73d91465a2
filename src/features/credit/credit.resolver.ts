import { Arg, Args, Ctx, FieldResolver, Int, Mutation, Query, Resolver } from 'type-graphql';
import { Raises } from '../../errors/raises.decorator';
import type { CallerContext } from '../../foundation/request-context';
import { RateLimit } from '../../infrastructure/rate-limit/rate-limit.decorator';
import type { CreditService } from './credit.service';
import {
  CreditBalanceType,
  CreditEntryType,
  CreditInput,
  CreditTransactionConnection,
  PageArguments,
  toConnection,
  toCreditBalanceType,
  toCreditEntryType,
} from './credit.types';

@Resolver(() => CreditTransactionConnection)
export class CreditResolver {
  constructor(private readonly credits: CreditService) {}

  @Raises('signed-in')
  @Query(() => CreditBalanceType, { description: "The caller's balance; 0.00 before the first booking." })
  async creditBalance(@Ctx() context: CallerContext): Promise<CreditBalanceType> {
    return toCreditBalanceType(await this.credits.balance(await context.requireViewer()));
  }

  @Raises('signed-in', 'INVALID_INPUT')
  @Query(() => CreditTransactionConnection, {
    description: "The caller's entries, the newest first. Any page costs the same.",
  })
  async creditTransactions(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() context: CallerContext,
  ): Promise<CreditTransactionConnection> {
    return toConnection(await this.credits.page(await context.requireViewer(), page));
  }

  @FieldResolver(() => Int, {
    description: 'Entries in all. It is counted anew for each query that selects it.',
  })
  async totalCount(@Ctx() context: CallerContext): Promise<number> {
    return this.credits.count(await context.requireViewer());
  }

  @RateLimit('other')
  @Raises('signed-in', 'INVALID_INPUT', 'FORBIDDEN', 'USER_NOT_FOUND', 'IDEMPOTENCY_CONFLICT')
  @Mutation(() => CreditEntryType, {
    description: 'Books credits onto an account; CREDITS_ADD_POLICY says who may.',
  })
  async addCredits(
    @Arg('input', () => CreditInput, { description: 'What to book.' }) input: CreditInput,
    @Ctx() context: CallerContext,
  ): Promise<CreditEntryType> {
    return toCreditEntryType(await this.credits.add(await context.requireViewer(), input));
  }

  @RateLimit('other')
  @Raises(
    'signed-in',
    'INVALID_INPUT',
    'FORBIDDEN',
    'USER_NOT_FOUND',
    'IDEMPOTENCY_CONFLICT',
    'INSUFFICIENT_CREDITS',
  )
  @Mutation(() => CreditEntryType, {
    description: 'Books credits off an account; INSUFFICIENT_CREDITS when it holds less.',
  })
  async useCredits(
    @Arg('input', () => CreditInput, { description: 'What to book.' }) input: CreditInput,
    @Ctx() context: CallerContext,
  ): Promise<CreditEntryType> {
    return toCreditEntryType(await this.credits.use(await context.requireViewer(), input));
  }
}

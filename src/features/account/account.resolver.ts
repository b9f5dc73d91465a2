import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Raises } from '../../errors/raises.decorator';
import type { CallerContext } from '../../foundation/request-context';
import { RateLimit } from '../../infrastructure/rate-limit/rate-limit.decorator';
import { toUserType, UserType } from '../identity';
import { toAuthTokens } from '../sign-in';
import type { AccountService } from './account.service';
import { RegisterInput, RegisterPayload, RegistrationStep, UpdateProfileInput } from './account.types';

@Resolver()
export class AccountResolver {
  constructor(private readonly accounts: AccountService) {}

  @RateLimit('register')
  @Raises('INVALID_INPUT', 'USER_ALREADY_EXISTS')
  @Mutation(() => RegisterPayload, {
    description:
      'Creates an account and signs it in, or sends it a verification code where that is required first.',
  })
  async register(
    @Arg('input', () => RegisterInput, { description: 'The new account.' }) input: RegisterInput,
    @Ctx() context: CallerContext,
  ): Promise<RegisterPayload> {
    const { user, tokens } = await this.accounts.register(input, context);
    return {
      user: toUserType(user),
      nextStep: tokens ? RegistrationStep.NONE : RegistrationStep.VERIFY_EMAIL,
      tokens: tokens && toAuthTokens(context.delivery.deliver(tokens)),
    };
  }

  @Raises('signed-in')
  @Query(() => UserType, { description: 'The caller.' })
  async me(@Ctx() context: CallerContext): Promise<UserType> {
    return toUserType(await this.accounts.me(await context.requireViewer()));
  }

  @Raises('signed-in', 'INVALID_INPUT', 'FORBIDDEN', 'USER_NOT_FOUND')
  @Query(() => UserType, {
    description:
      'Oneself, or anyone for an administrator. Exactly one argument, else INVALID_INPUT; others than oneself: FORBIDDEN, known or not.',
  })
  async user(
    @Arg('id', () => ID, { nullable: true, description: 'The id of a user.' }) id: string | null,
    @Arg('username', () => String, { nullable: true, description: 'The username of a user.' })
    username: string | null,
    @Ctx() context: CallerContext,
  ): Promise<UserType> {
    return toUserType(await this.accounts.find(await context.requireViewer(), { id, username }));
  }

  @RateLimit('other')
  @Raises('signed-in', 'INVALID_INPUT', 'USER_ALREADY_EXISTS')
  @Mutation(() => UserType, {
    description: "Changes the caller's names. An absent field stays, null clears it.",
  })
  async updateProfile(
    @Arg('input', () => UpdateProfileInput, { description: 'What changes.' }) input: UpdateProfileInput,
    @Ctx() context: CallerContext,
  ): Promise<UserType> {
    return toUserType(await this.accounts.updateProfile(await context.requireViewer(), input, context));
  }

  @RateLimit('login')
  @Raises('signed-in', 'INVALID_CREDENTIALS', 'ACCOUNT_DISABLED')
  @Mutation(() => Boolean, { description: 'Deletes the caller with everything that belongs to the account.' })
  async deleteAccount(
    @Arg('password', () => String, { description: 'The current password.' }) password: string,
    @Ctx() context: CallerContext,
  ): Promise<boolean> {
    await this.accounts.deleteAccount(await context.requireViewer(), password, context);
    context.delivery.clearRefreshCookie();
    return true;
  }
}

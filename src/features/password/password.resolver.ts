import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Raises } from '../../errors/raises.decorator';
import type { CallerContext } from '../../foundation/request-context';
import { RateLimit } from '../../infrastructure/rate-limit/rate-limit.decorator';
import type { PasswordResetService } from './password-reset.service';
import type { PasswordService } from './password.service';
import { ChangePasswordInput, ResetPasswordInput } from './password.types';

@Resolver()
export class PasswordResolver {
  constructor(
    private readonly passwords: PasswordService,
    private readonly resets: PasswordResetService,
  ) {}

  @RateLimit('login')
  @Raises('signed-in', 'INVALID_INPUT', 'INVALID_CREDENTIALS', 'ACCOUNT_DISABLED')
  @Mutation(() => Boolean, { description: 'Ends every other session of the caller and keeps this one.' })
  async changePassword(
    @Arg('input', () => ChangePasswordInput, { description: 'The old and the new password.' })
    input: ChangePasswordInput,
    @Ctx() context: CallerContext,
  ): Promise<boolean> {
    const viewer = await context.requireViewer();
    await this.passwords.change(viewer, input.currentPassword, input.newPassword, context);
    return true;
  }

  @RateLimit('forgot')
  @Raises('INVALID_INPUT')
  @Mutation(() => Boolean, {
    description: 'Sends a link for a new password. Always true, whether anybody has this address or not.',
  })
  async requestPasswordReset(
    @Arg('email', () => String, { description: 'The address of the account.' }) email: string,
    @Ctx() context: CallerContext,
  ): Promise<boolean> {
    await this.resets.request(email, context);
    return true;
  }

  @RateLimit('reset')
  @Raises('INVALID_INPUT', 'INVALID_RESET_TOKEN')
  @Mutation(() => Boolean, {
    description: 'Sets a new password by the token from the mail, and ends every session of the account.',
  })
  async resetPassword(
    @Arg('input', () => ResetPasswordInput, { description: 'The token and the new password.' })
    input: ResetPasswordInput,
    @Ctx() context: CallerContext,
  ): Promise<boolean> {
    await this.resets.reset(input.token, input.newPassword, context);
    return true;
  }
}

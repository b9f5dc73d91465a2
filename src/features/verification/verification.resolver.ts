import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { parseUserId } from '../../foundation/ids';
import { Raises } from '../../errors/raises.decorator';
import type { CallerContext } from '../../foundation/request-context';
import { RateLimit } from '../../infrastructure/rate-limit/rate-limit.decorator';
import { toUserType, UserType } from '../identity';
import type { EmailChangeService } from './email-change.service';
import type { VerificationService } from './verification.service';
import { ChangeEmailInput, VerifyEmailInput } from './verification.types';

@Resolver()
export class VerificationResolver {
  constructor(
    private readonly verifications: VerificationService,
    private readonly emailChanges: EmailChangeService,
  ) {}

  @RateLimit('verify')
  @Raises('INVALID_INPUT', 'INVALID_VERIFICATION_CODE')
  @Mutation(() => UserType, {
    description:
      'Verifies the email address of an account by the code from the mail, or by the token of the link in it. Five wrong codes kill the code, not the link.',
  })
  async verifyEmail(
    @Arg('input', () => VerifyEmailInput, { description: 'The account and its code.' })
    input: VerifyEmailInput,
    @Ctx() context: CallerContext,
  ): Promise<UserType> {
    return toUserType(await this.verifications.verify(parseUserId(input.userId), input.code, context));
  }

  @RateLimit('resend', 'email')
  @Raises('INVALID_INPUT')
  @Mutation(() => Boolean, {
    description:
      'Sends a new code, and the old one dies. Always true, whether anybody has this address or not.',
  })
  async resendVerification(
    @Arg('email', () => String, { description: 'The address to verify.' }) email: string,
    @Ctx() context: CallerContext,
  ): Promise<boolean> {
    await this.verifications.resend(email, context);
    return true;
  }

  @RateLimit('login')
  @Raises('signed-in', 'INVALID_INPUT', 'INVALID_CREDENTIALS', 'ACCOUNT_DISABLED', 'USER_ALREADY_EXISTS')
  @Mutation(() => UserType, {
    description:
      'Changes the email address at once, or, where verification is required, once the link in the mail to the new one was followed.',
  })
  async changeEmail(
    @Arg('input', () => ChangeEmailInput, { description: 'The new address and the password.' })
    input: ChangeEmailInput,
    @Ctx() context: CallerContext,
  ): Promise<UserType> {
    const viewer = await context.requireViewer();
    return toUserType(await this.emailChanges.change(viewer, input.newEmail, input.currentPassword, context));
  }
}

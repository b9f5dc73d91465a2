import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { CallerContext } from '../../foundation/request-context';
import type { PasswordService } from './password.service';
import { ChangePasswordInput } from './password.types';

@Resolver()
export class PasswordResolver {
  constructor(private readonly passwords: PasswordService) {}

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
}

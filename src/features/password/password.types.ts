import { Field, InputType } from 'type-graphql';

@InputType({ description: 'A new password for somebody who has forgotten the old one.' })
export class ResetPasswordInput {
  @Field(() => String, { description: 'The token of the link in the mail.' })
  token!: string;

  @Field(() => String, { description: 'The password as it shall be; the rule of registration holds.' })
  newPassword!: string;
}

@InputType({ description: 'A change of password by its owner.' })
export class ChangePasswordInput {
  @Field(() => String, { description: 'The password as it is.' })
  currentPassword!: string;

  @Field(() => String, { description: 'The password as it shall be; the rule of registration holds.' })
  newPassword!: string;
}

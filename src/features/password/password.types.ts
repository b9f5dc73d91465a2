import { Field, InputType } from 'type-graphql';

@InputType({ description: 'A change of password by its owner.' })
export class ChangePasswordInput {
  @Field(() => String, { description: 'The password as it is.' })
  currentPassword!: string;

  @Field(() => String, { description: 'The password as it shall be; the rule of registration holds.' })
  newPassword!: string;
}

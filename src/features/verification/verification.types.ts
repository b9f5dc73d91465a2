import { Field, ID, InputType } from 'type-graphql';
import { EMAIL_MAX_LENGTH } from '../../foundation/identifiers';

@InputType({ description: 'Proof of access to the mailbox of an account.' })
export class VerifyEmailInput {
  @Field(() => ID, { description: 'The account, as `register` answered it.' })
  userId!: string;

  @Field(() => String, { description: 'The six digits from the mail, or the token of the link in it.' })
  code!: string;
}

@InputType({ description: 'A change of email address by its owner.' })
export class ChangeEmailInput {
  @Field(() => String, { description: `At most ${EMAIL_MAX_LENGTH} characters.` })
  newEmail!: string;

  @Field(() => String, { description: 'The current password.' })
  currentPassword!: string;
}

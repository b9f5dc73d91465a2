import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { EMAIL_MAX_LENGTH, USERNAME_MAX_LENGTH, USERNAME_MIN_LENGTH } from '../../foundation/identifiers';
import { PASSWORD_MAX_BYTES, UserType } from '../identity';
import { AuthTokens } from '../sign-in';
import { NAME_MAX_LENGTH } from './account.rules';

const EMAIL_RULE = `At most ${EMAIL_MAX_LENGTH} characters.`;
const USERNAME_RULE = `${USERNAME_MIN_LENGTH} to ${USERNAME_MAX_LENGTH} letters, digits, ".", "_" or "-".`;
const NAME_RULE = `At most ${NAME_MAX_LENGTH} characters.`;

export enum RegistrationStep {
  NONE = 'NONE',
  VERIFY_EMAIL = 'VERIFY_EMAIL',
}

registerEnumType(RegistrationStep, {
  name: 'RegistrationStep',
  description: 'What a new account has to do before it can sign in.',
  valuesConfig: {
    NONE: { description: 'Nothing: the account is signed in.' },
    VERIFY_EMAIL: { description: 'Enter the code from the mail with `verifyEmail`.' },
  },
});

@ObjectType({ description: 'A new account and what it has to do next.' })
export class RegisterPayload {
  @Field(() => UserType, { description: 'The new account.' })
  user!: UserType;

  @Field(() => RegistrationStep, { description: 'What the new account has to do before it can sign in.' })
  nextStep!: RegistrationStep;

  @Field(() => AuthTokens, {
    nullable: true,
    description: 'Null until the email is verified, where that is required.',
  })
  tokens!: AuthTokens | null;
}

@InputType({ description: 'A new account.' })
export class RegisterInput {
  @Field(() => String, { description: EMAIL_RULE })
  email!: string;

  @Field(() => String, {
    description: `By default at least 8 characters with an uppercase and a lowercase letter, a digit and a special character (\`PASSWORD_MIN_LENGTH\` and the like); at most ${PASSWORD_MAX_BYTES} bytes in UTF-8.`,
  })
  password!: string;

  @Field(() => String, { nullable: true, description: USERNAME_RULE })
  username?: string | null;

  @Field(() => String, { nullable: true, description: NAME_RULE })
  firstName?: string | null;

  @Field(() => String, { nullable: true, description: NAME_RULE })
  lastName?: string | null;
}

@InputType({ description: 'An absent field stays as it is, null clears it.' })
export class UpdateProfileInput {
  @Field(() => String, { nullable: true, description: USERNAME_RULE })
  username?: string | null;

  @Field(() => String, { nullable: true, description: NAME_RULE })
  firstName?: string | null;

  @Field(() => String, { nullable: true, description: NAME_RULE })
  lastName?: string | null;

  @Field(() => String, { nullable: true, description: NAME_RULE })
  fullName?: string | null;
}

import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { UserType } from '../identity';
import { AuthTokens } from '../sign-in';

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
  @Field(() => String, { description: 'At most 255 characters.' })
  email!: string;

  @Field(() => String, {
    description:
      'By default at least 8 characters with an uppercase and a lowercase letter, a digit and a special character; at most 72 bytes in UTF-8.',
  })
  password!: string;

  @Field(() => String, { nullable: true, description: '3 to 50 letters, digits, ".", "_" or "-".' })
  username?: string | null;

  @Field(() => String, { nullable: true, description: 'At most 100 characters.' })
  firstName?: string | null;

  @Field(() => String, { nullable: true, description: 'At most 100 characters.' })
  lastName?: string | null;
}

@InputType({ description: 'An absent field stays as it is, null clears it.' })
export class UpdateProfileInput {
  @Field(() => String, { nullable: true, description: '3 to 50 letters, digits, ".", "_" or "-".' })
  username?: string | null;

  @Field(() => String, { nullable: true, description: 'At most 100 characters.' })
  firstName?: string | null;

  @Field(() => String, { nullable: true, description: 'At most 100 characters.' })
  lastName?: string | null;

  @Field(() => String, { nullable: true, description: 'At most 100 characters.' })
  fullName?: string | null;
}

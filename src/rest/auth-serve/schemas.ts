import { z } from 'zod';
import type { User } from '../../features/identity';
import type { SignedIn } from '../../features/sign-in';
import type { TokenDelivery } from '../../foundation/request-context';
import {
  accessToken,
  email,
  EXAMPLE_TIME,
  EXAMPLE_TOKEN,
  nullableText,
  optionalText,
  password,
  timestamp,
  tokenType,
  userId,
} from '../schemas';

export const registrationBody = z.object({
  email,
  password: password.meta({
    description:
      'By default at least 8 characters with an uppercase and a lowercase letter, a digit and a special character; at most 72 bytes in UTF-8.',
  }),
  first_name: optionalText({ maxLength: 100 }),
  last_name: optionalText({ maxLength: 100 }),
});

export const loginBody = z.object({ email, password });

export const refreshBody = z
  .object({
    refresh_token: optionalText({
      description:
        'The latest one of the session; it is spent. To be left out where refresh tokens are cookies.',
    }),
  })
  .optional();

const success = z.literal('success');

export const registeredAnswer = z.object({
  status: success,
  data: z.object({
    id: userId,
    email: nullableText,
    first_name: nullableText,
    last_name: nullableText,
    is_active: z.boolean(),
    created_at: timestamp,
  }),
});

export const signedInAnswer = z.object({
  status: success,
  data: z.object({
    access_token: accessToken,
    token_type: tokenType,
    expires_in: z.int().min(1).meta({ description: 'Seconds.' }),
    refresh_token: nullableText.meta({
      description: 'For `POST /api/auth/refresh`; single use. Null where it is a cookie.',
    }),
    user: z.object({ id: userId, email: nullableText, first_name: nullableText, last_name: nullableText }),
  }),
});

export function toRegistered(user: User): z.infer<typeof registeredAnswer> {
  const { id, email: address, firstName, lastName, isActive, createdAt } = user;
  return {
    status: 'success',
    data: {
      id,
      email: address,
      first_name: firstName,
      last_name: lastName,
      is_active: isActive,
      created_at: createdAt.toISOString(),
    },
  };
}

export function toSignedIn(
  { user, tokens }: SignedIn,
  delivery: TokenDelivery,
): z.infer<typeof signedInAnswer> {
  return {
    status: 'success',
    data: {
      access_token: tokens.accessToken,
      token_type: 'bearer',
      expires_in: tokens.expiresInSeconds,
      refresh_token: delivery.deliver(tokens).refreshToken,
      user: { id: user.id, email: user.email, first_name: user.firstName, last_name: user.lastName },
    },
  };
}

export const registrationExample = {
  email: 'user@example.com',
  password: 'SecurePassword123!',
  first_name: 'John',
  last_name: 'Doe',
};

export const loginExample = { email: 'user@example.com', password: 'SecurePassword123!' };

export const registeredExample = {
  status: 'success',
  data: {
    id: 1,
    email: 'user@example.com',
    first_name: 'John',
    last_name: 'Doe',
    is_active: true,
    created_at: EXAMPLE_TIME,
  },
};

export const signedInExample = {
  status: 'success',
  data: {
    access_token: EXAMPLE_TOKEN,
    token_type: 'bearer',
    expires_in: 3600,
    refresh_token: 'Zk3xN0cT1m5vG2qRwYb8sLpE7uHjD4aKfXoC9iVtQ6M',
    user: { id: 1, email: 'user@example.com', first_name: 'John', last_name: 'Doe' },
  },
};

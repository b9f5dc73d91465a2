import { z } from 'zod';
import type { UserProfile } from '../../features/identity';
import {
  accessToken,
  EXAMPLE_TIME,
  EXAMPLE_TOKEN,
  nullableText,
  password,
  text,
  timestamp,
  tokenType,
  userId,
} from '../schemas';

export const credentialsBody = z.object({
  login: text({
    minLength: 3,
    maxLength: 100,
    description: 'With an "@" it must be an email address, and is the account\'s address as well.',
  }),
  password: password.meta({
    description: 'At least 8 characters for a new account; at most 72 bytes in UTF-8.',
  }),
});

export const credentialsExample = { login: 'user', password: 'securepassword123' };

export const registeredAnswer = z.object({ id: userId });

export const tokenAnswer = z.object({ access_token: accessToken, token_type: tokenType });
export const tokenExample = { access_token: EXAMPLE_TOKEN, token_type: 'bearer' };

export const profileAnswer = z.object({
  id: userId,
  login: nullableText.meta({ description: 'The email address of an account without a username.' }),
  email: nullableText,
  created_at: timestamp,
  updated_at: timestamp,
  last_login: timestamp.nullable(),
});

export function toProfile(user: UserProfile): z.infer<typeof profileAnswer> {
  return {
    id: user.id,
    login: user.username ?? user.email,
    email: user.email,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
    last_login: user.lastLoginAt?.toISOString() ?? null,
  };
}

export const profileExample = {
  id: 1,
  login: 'user',
  email: null,
  created_at: EXAMPLE_TIME,
  updated_at: EXAMPLE_TIME,
  last_login: EXAMPLE_TIME,
};

import { z } from 'zod';
import type { UserProfile } from '../../features/identity';
import type { IssuedAccess, IssuedTokens } from '../../foundation/auth-tokens';
import type { TokenDelivery } from '../../foundation/request-context';
import {
  accessToken,
  email,
  EXAMPLE_TOKEN,
  nullableText,
  optionalText,
  password,
  text,
  tokenType,
  userId,
  wholeNumber,
} from '../schemas';

const username = text({
  minLength: 3,
  maxLength: 50,
  description: 'Letters, digits, ".", "_" and "-".',
});
const newPassword = password.meta({
  description: 'At least 8 characters; at most 72 bytes in UTF-8.',
});

export const registrationBody = z.object({ username, email, password: newPassword });
export const registrationExample = {
  username: 'johndoe',
  email: 'johndoe@example.com',
  password: 'securepassword',
};

export const registeredAnswer = z.object({
  message: z.string(),
  username: nullableText,
  access_token: accessToken
    .optional()
    .meta({ description: 'Absent until the email is verified, where that is required.' }),
  token_type: tokenType.optional(),
});
export const registeredExample = {
  message: 'User registered successfully',
  username: 'johndoe',
  access_token: EXAMPLE_TOKEN,
  token_type: 'bearer',
};

export const loginBody = z.object({
  username: text({ description: 'Username or email address.' }),
  password,
});
export const loginExample = { username: 'johndoe', password: 'securepassword' };

export const tokenAnswer = z.object({ access_token: accessToken, token_type: tokenType });
export const tokenExample = { access_token: EXAMPLE_TOKEN, token_type: 'bearer' };

export const refreshBody = z
  .object({
    token: optionalText({
      description:
        'A live access token of a session of this family, or the latest refresh token of any. To be left out where refresh tokens are cookies.',
    }),
  })
  .optional();
export const renewedAnswer = tokenAnswer.extend({
  refresh_token: optionalText({
    description: 'The next one, when `token` was a refresh token; null where it is a cookie.',
  }),
});

export function toToken({ accessToken: token }: IssuedAccess): z.infer<typeof tokenAnswer> {
  return { access_token: token, token_type: 'bearer' };
}

export function toRenewed(
  tokens: IssuedAccess | IssuedTokens,
  delivery: TokenDelivery,
): z.infer<typeof renewedAnswer> {
  if (!('refreshToken' in tokens)) return toToken(tokens);
  return { ...toToken(tokens), refresh_token: delivery.deliver(tokens).refreshToken };
}

export const meQuery = z.object({
  user_id: wholeNumber.meta({
    description: 'Another account, for administrators.',
    type: 'integer',
    minimum: 1,
  }),
});

export const usernameParams = z.object({
  username: z.string().meta({
    description: "One's own username; the email address of an account without one.",
    example: 'johndoe',
  }),
});

export const profileAnswer = z.object({ username: nullableText, email: nullableText });
export const profileExample = { username: 'johndoe', email: 'johndoe@example.com' };

export const userAnswer = profileAnswer.extend({ id: userId, is_admin: z.boolean() });
export const userExample = { ...profileExample, id: 1, is_admin: false };

export function toProfile(user: UserProfile): z.infer<typeof profileAnswer> {
  return { username: user.username, email: user.email };
}

export function toUser(user: UserProfile): z.infer<typeof userAnswer> {
  return { ...toProfile(user), id: user.id, is_admin: user.role === 'admin' };
}

export const changePasswordBody = z.object({ current_password: password, new_password: newPassword });
export const changePasswordExample = {
  current_password: 'currentPassword',
  new_password: 'newSecurePassword',
};

export const deleteQuery = z.object({
  password: password.meta({ description: 'The current password.', example: 'currentPassword' }),
});

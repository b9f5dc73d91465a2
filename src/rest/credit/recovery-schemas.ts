import { z } from 'zod';
import type { User } from '../../features/identity';
import { email, nullableText, password, text } from '../schemas';

export const resetRequestBody = z.object({ email });
export const resetRequestExample = { email: 'johndoe@example.com' };

export const resetBody = z.object({
  token: text({ description: 'From the link in the mail.' }),
  new_password: password.meta({ description: 'At least 8 characters; at most 72 bytes in UTF-8.' }),
});
export const resetExample = { token: 'reset-token-from-email', new_password: 'newSecurePassword' };

export const changeEmailBody = z.object({ new_email: email, current_password: password });
export const changeEmailExample = {
  new_email: 'newemail@example.com',
  current_password: 'currentPassword',
};

export const changedEmailAnswer = z.object({
  message: z.string(),
  username: nullableText,
  email: nullableText.meta({ description: 'The old one while the new one waits for its confirmation.' }),
});
export const changedEmailExample = {
  message: 'Email updated successfully',
  username: 'username',
  email: 'newemail@example.com',
};

export function toChangedEmail({
  username,
  email: address,
  pendingEmail,
}: User): z.infer<typeof changedEmailAnswer> {
  const message =
    pendingEmail === null ? 'Email updated successfully' : 'Confirmation sent to the new address';
  return { message, username, email: address };
}

import { z } from 'zod';
import type { UserProfile } from '../../features/identity';
import {
  email,
  EXAMPLE_TIME,
  nullableText,
  optionalText,
  password,
  text,
  timestamp,
  userId,
  wholeNumber,
} from '../schemas';

const username = { minLength: 3, maxLength: 50, description: 'Letters and digits.' };
export const newPassword = password.meta({
  description:
    'At least 8 characters with an uppercase and a lowercase letter and a digit; at most 72 bytes in UTF-8.',
});

export const registrationBody = z.object({
  username: text(username),
  email,
  password: newPassword,
  full_name: optionalText({ maxLength: 100 }),
});
export const registrationExample = {
  username: 'johndoe',
  email: 'johndoe@example.com',
  password: 'SecurePassword1',
  full_name: 'John Doe',
};

export const registeredAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  user_id: userId,
  next_step: z.string(),
});

export const loginBody = z.object({ email, password });
export const loginExample = { email: 'johndoe@example.com', password: 'SecurePassword1' };

export const updateBody = z.object({
  username: optionalText(username),
  full_name: optionalText({ maxLength: 100, description: 'An empty text clears it.' }),
});

export const userAnswer = z.object({
  id: userId,
  username: nullableText,
  email: nullableText,
  full_name: nullableText,
  is_active: z.boolean(),
  role: z.enum(['user', 'moderator', 'admin']),
  created_at: timestamp,
  updated_at: timestamp,
});
export const userExample = {
  id: 1,
  username: 'johndoe',
  email: 'johndoe@example.com',
  full_name: 'John Doe',
  is_active: true,
  role: 'user',
  created_at: EXAMPLE_TIME,
  updated_at: EXAMPLE_TIME,
};

export const signedInAnswer = z.object({ user: userAnswer, message: z.string() });

export function toUser(user: UserProfile): z.infer<typeof userAnswer> {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    full_name: user.fullName,
    is_active: user.isActive,
    role: user.role,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}

export const verifyBody = z.object({
  user_id: userId,
  code: text({ description: 'Six digits from the mail, or the token of the link in it.' }),
});
export const resendBody = z
  .object({ user_id: userId.optional() })
  .optional()
  .meta({ description: 'Not needed with `?user_id=`.' });
export const resendQuery = z.object({
  user_id: wholeNumber.meta({ type: 'integer', minimum: 1, description: 'In place of a body.' }),
});
export const verificationAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  user_id: userId,
});

export const forgetBody = z.object({ email });
export const resetBody = z.object({
  code: text({ description: 'The token from the link in the mail.' }),
  new_password: newPassword,
});

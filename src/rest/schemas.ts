import { z } from 'zod';

/** Building blocks of the families' schemas. What `meta` says is documentation: the use case enforces the rule. */

interface Meta {
  readonly description?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
  readonly example?: unknown;
}

export function text(meta: Meta = {}): z.ZodString {
  return z.string().meta({ ...meta });
}

/** Absent or null. */
export function optionalText(meta: Meta = {}): z.ZodOptional<z.ZodNullable<z.ZodString>> {
  return z
    .string()
    .nullable()
    .optional()
    .meta({ ...meta });
}

export const email = text({ format: 'email', maxLength: 255 });
export const password = text({ format: 'password', description: 'At most 72 bytes in UTF-8.' });
export const userId = z.int().min(1).meta({ description: 'The same in every protocol.', example: 1 });
export const timestamp = text({ format: 'date-time', description: 'RFC 3339, in UTC.' });
export const nullableText = z.string().nullable();
export const accessToken = text({ description: 'JSON Web Token for the header `Authorization: Bearer …`.' });
export const tokenType = z.literal('bearer');

/** A number in a query; absent is undefined. */
export const wholeNumber = z
  .string()
  .optional()
  .transform((input, context): number | undefined => {
    if (input === undefined || /^-?\d{1,15}$/.test(input)) return input === undefined ? input : Number(input);
    context.addIssue('must be a whole number');
    return z.NEVER;
  });

/** Of answers with a refresh token. */
export const refreshCookieHeader = {
  'Set-Cookie':
    'With `REFRESH_TOKEN_DELIVERY=cookie`, or `client` and the header `X-Token-Delivery: cookie`, the refresh token, out of reach of scripts.',
};

/** The answer of operations that have nothing to tell but that they are done. */
export function messageAnswer(message: string): {
  readonly status: 200;
  readonly description: string;
  readonly schema: z.ZodObject<{ message: z.ZodString }>;
  readonly example: { message: string };
} {
  return {
    status: 200,
    description: message,
    schema: z.object({ message: z.string() }),
    example: { message },
  };
}

export const EXAMPLE_TOKEN = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
export const EXAMPLE_TIME = '2026-02-19T10:30:00.000Z';

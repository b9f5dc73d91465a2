import { Extensions } from 'type-graphql';
import type { ErrorCode } from './catalogue';

/** What whoever needs an access token can meet. */
const OF_ACCESS_TOKENS: readonly ErrorCode[] = ['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'INVALID_TOKEN'];

/** What any field can answer, and says nothing of it. */
export const raisedAnywhere: readonly ErrorCode[] = [
  'RATE_LIMITED',
  'SERVICE_UNAVAILABLE',
  'DATABASE_ERROR',
  'INTERNAL_ERROR',
  // Of the document and its variables.
  'BAD_REQUEST',
];

/**
 * Says which errors a field can answer; its description and the tests have them from here, and a test that meets another
 * one fails.
 * @param codes `signed-in` is what a field adds that needs an access token
 */
export function Raises(...codes: readonly (ErrorCode | 'signed-in')[]): MethodDecorator {
  const raises = codes.flatMap((code) => (code === 'signed-in' ? OF_ACCESS_TOKENS : [code]));
  return Extensions({ raises });
}

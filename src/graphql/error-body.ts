import type { GraphQLFormattedError } from 'graphql';
import type { ErrorEnvelope } from '../errors';

/** One error as GraphQL clients see it: the envelope in `extensions`, but for the message. */
export function toGraphQLError(
  { message, ...envelope }: ErrorEnvelope,
  httpStatus: number,
): GraphQLFormattedError {
  return { message, extensions: { ...envelope, http_status: httpStatus } };
}

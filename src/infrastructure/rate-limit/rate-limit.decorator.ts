import { Extensions } from 'type-graphql';
import type { LimitedAction } from './policies';

/** What a `@RateLimit` says of a field. */
export interface FieldLimit {
  readonly action: LimitedAction;
  /** The argument that names whose account is tried, e.g. `input.userId`; for policies that count by account. */
  readonly accountArgument?: string;
}

/**
 * Says in a field's description which policy it is held to, and holds it to that unless its use case does so by itself;
 * one operation may select such a field once. Every mutation has to say it; queries without it are held to `other`.
 */
export function RateLimit(action: LimitedAction, accountArgument?: string): MethodDecorator {
  const rateLimit: FieldLimit = { action, ...(accountArgument !== undefined && { accountArgument }) };
  return Extensions({ rateLimit });
}

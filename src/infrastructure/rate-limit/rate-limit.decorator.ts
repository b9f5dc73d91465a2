import { Extensions } from 'type-graphql';
import type { LimitedAction } from './policies';

/** What a `@RateLimit` says of a field. */
export interface FieldLimit {
  readonly action: LimitedAction;
  /** The argument that names whose account is tried, e.g. `input.userId`; for policies that count by account. */
  readonly accountArgument?: string;
}

/** Holds a field to one of the policies, and says so in its description. Root fields without it are held to `other`. */
export function RateLimit(action: LimitedAction, accountArgument?: string): MethodDecorator {
  const rateLimit: FieldLimit = { action, ...(accountArgument !== undefined && { accountArgument }) };
  return Extensions({ rateLimit });
}

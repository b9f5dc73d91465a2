import type { GraphQLSchema } from 'graphql';
import type { ErrorCode } from '../errors';
import { raisedAnywhere } from '../errors/raises.decorator';
import { policies } from '../infrastructure/rate-limit/policies';
import { limitOf } from './rate-limited-fields';
import { fieldsOf, rootFields, type RootField } from './root-fields';

const ANYWHERE = `Any field can also answer ${listOf(raisedAnywhere)}.`;

const ROOT_WORDS = {
  query: 'What can be read. It changes nothing, and may be asked by GET.',
  mutation: 'What can be done. One after the other, in the order of the document.',
  subscription:
    'What can be waited for, on `/graphql`: by WebSocket (graphql-transport-ws, `authorization` in the payload of connection_init) or as server-sent events (POST with `Accept: text/event-stream`).',
} as const;

/** Has each root field say which errors it answers and which limit it is held to, as the code says; and the roots what they are. */
export function describeFields(schema: GraphQLSchema): void {
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  // TypeGraphQL makes the three of what the resolvers have, and lets nobody describe them.
  for (const name of ['query', 'mutation', 'subscription'] as const) {
    const root = roots[name];
    if (root) root.description = `${ROOT_WORDS[name]} ${ANYWHERE}`;
  }
  for (const field of [...rootFields(schema), ...fieldsOf(roots.subscription)]) describe(field);
}

/** The errors that a field says it answers. */
export function raisedBy(field: RootField): readonly ErrorCode[] {
  return (field.extensions['raises'] as readonly ErrorCode[] | undefined) ?? [];
}

function describe(field: RootField): void {
  const limit = limitOf(field);
  const { key, figure } = policies[limit?.action ?? 'other'];
  const raised = raisedBy(field);
  field.description = [
    field.description,
    raised.length > 0 && `Errors: ${listOf(raised)}.`,
    `Rate limit: \`RATE_LIMIT_${figure}\`, by ${key}.`,
  ]
    .filter(Boolean)
    .join(' ');
}

function listOf(codes: readonly ErrorCode[]): string {
  return codes.map((code) => `\`${code}\``).join(', ');
}

import { extendSchema, GraphQLScalarType, parse, type GraphQLSchema } from 'graphql';
import { AppError } from '../../errors';
import type { Viewer } from '../../foundation/viewer';
import type { GraphQLContext } from '../context';
import { subgraphSdl } from './subgraph-sdl';

export interface SubgraphOptions {
  readonly maxRepresentations: number;
  readonly marksAuthenticated: boolean;
  /** Whether the SDL is told: it is what introspection tells, in another form. */
  readonly introspection: boolean;
  /** A user as an entity; null for those whom the viewer may not see, and for those who are not there. */
  readonly findUser: (viewer: Viewer, id: string) => Promise<object | null>;
}

/** What every subgraph has: https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec */
const FEDERATION_FIELDS = parse(`
  scalar _Any
  union _Entity = User
  type _Service { sdl: String! }
  extend type Query {
    _service: _Service!
    _entities(representations: [_Any!]!): [_Entity]!
  }
`);

/**
 * The schema as a subgraph of Apollo Federation 2. Its own types and resolvers stay what they are: a router asks by the same
 * rules as anybody, with the token that it passes on.
 */
export function asSubgraph(schema: GraphQLSchema, options: SubgraphOptions): GraphQLSchema {
  const sdl = subgraphSdl(schema, options.marksAuthenticated);
  const subgraph = extendSchema(schema, FEDERATION_FIELDS);
  const any = subgraph.getType('_Any');
  if (any instanceof GraphQLScalarType)
    any.description = 'A reference to an entity: `__typename` and its key.';
  const { _service, _entities } = subgraph.getQueryType()?.getFields() ?? {};
  if (!_service || !_entities) throw new Error('The schema has no Query');
  _service.resolve = () => {
    if (!options.introspection)
      throw new AppError('BAD_REQUEST', { message: 'Introspection is off on this server' });
    return { sdl };
  };
  const asked = new WeakMap<GraphQLContext, number>();
  _entities.resolve = (
    _source,
    { representations }: { representations: readonly unknown[] },
    context: GraphQLContext,
  ) => {
    // Of the request, in however many fields: routers may merge several.
    const total = (asked.get(context) ?? 0) + representations.length;
    asked.set(context, total);
    if (total > options.maxRepresentations) throw tooMany(options.maxRepresentations);
    return resolveEntities(representations, context, options);
  };
  return subgraph;
}

function tooMany(maxRepresentations: number): AppError {
  const message = `The query is too complex: more than ${maxRepresentations} representations`;
  return new AppError('QUERY_TOO_COMPLEX', { message });
}

/** @throws AppError INVALID_INPUT for what is no reference; as `requireViewer` */
async function resolveEntities(
  representations: readonly unknown[],
  context: GraphQLContext,
  { findUser }: SubgraphOptions,
): Promise<(object | null)[]> {
  const ids = representations.map(userIdOf);
  const viewer = await context.requireViewer();
  const found = new Map<string, Promise<object | null>>();
  for (const id of ids) if (!found.has(id)) found.set(id, findUser(viewer, id));
  return Promise.all(ids.map(async (id) => (await found.get(id)) ?? null));
}

function userIdOf(representation: unknown): string {
  const { __typename: type, id } = (representation ?? {}) as { __typename?: unknown; id?: unknown };
  if (type === 'User' && (typeof id === 'string' || typeof id === 'number')) return String(id);
  const details = [{ field: 'representations', message: 'must be references to User by `id`' }];
  throw new AppError('INVALID_INPUT', { message: 'Invalid input: representations', details });
}

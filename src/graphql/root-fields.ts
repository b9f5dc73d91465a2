import type { GraphQLField, GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { GraphQLContext } from './context';

export type RootField = GraphQLField<unknown, GraphQLContext>;

/** Of queries and mutations, which are over with their answer. */
export function rootFields(schema: GraphQLSchema): RootField[] {
  return [...fieldsOf(schema.getQueryType()), ...fieldsOf(schema.getMutationType())];
}

export function fieldsOf(type: GraphQLObjectType | null | undefined): RootField[] {
  return Object.values(type?.getFields() ?? {}) as RootField[];
}

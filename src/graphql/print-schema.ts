import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';

const HEADER = [
  '# Generated from the TypeGraphQL classes by "npm run generate"; do not edit.',
  '# eslint-disable @graphql-eslint/no-typename-prefix -- A username is no name of a user.',
].join('\n');

/** The text of schema.graphql: sorted, so that moving code does not change it. */
export function printedSchema(schema: GraphQLSchema): string {
  return `${HEADER}\n\n${printSchema(lexicographicSortSchema(schema))}\n`;
}

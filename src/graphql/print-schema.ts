import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';

/** The text of schema.graphql: sorted, so that moving code does not change it. */
export function printedSchema(schema: GraphQLSchema): string {
  return `# Generated from the TypeGraphQL classes by "npm run generate"; do not edit.\n\n${printSchema(lexicographicSortSchema(schema))}\n`;
}

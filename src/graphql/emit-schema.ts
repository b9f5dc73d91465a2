import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { printedSchema } from './print-schema';
import { buildGraphQLSchema } from './schema';

writeFileSync('schema.graphql', printedSchema(buildGraphQLSchema()));

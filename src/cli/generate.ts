import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { lexicographicSortSchema } from 'graphql';
import { renderDocs, renderEnvExample } from '../config/render-docs';
import { renderErrorDocs } from '../errors/render-docs';
import { printedSchema } from '../graphql/print-schema';
import { buildGraphQLSchema } from '../graphql/schema';
import { printedDocument } from '../rest/print-document';
import { renderClient } from './render-client';

// `npm run generate`, from the project's root: what is written from the code, and a test compares with it.
const schema = lexicographicSortSchema(buildGraphQLSchema());
writeFileSync('schema.graphql', printedSchema(schema));
writeFileSync('client/src/generated.ts', renderClient(schema));
writeFileSync('docs/openapi.json', printedDocument());
writeFileSync('.env.example', renderEnvExample());
renew('docs/configuration.md', renderDocs);
renew('docs/errors.md', renderErrorDocs);

function renew(file: string, render: (before: string) => string): void {
  writeFileSync(file, render(readFileSync(file, 'utf8')));
}

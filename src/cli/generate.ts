import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { renderDocs, renderEnvExample } from '../config/render-docs';
import { renderErrorDocs } from '../errors/render-docs';
import { printedSchema } from '../graphql/print-schema';
import { buildGraphQLSchema } from '../graphql/schema';
import { printedDocument } from '../rest/print-document';

// `npm run generate`, from the project's root: what is written from the code, and a test compares with it.
writeFileSync('schema.graphql', printedSchema(buildGraphQLSchema()));
writeFileSync('docs/openapi.json', printedDocument());
writeFileSync('.env.example', renderEnvExample());
renew('docs/configuration.md', renderDocs);
renew('docs/errors.md', renderErrorDocs);

function renew(file: string, render: (before: string) => string): void {
  writeFileSync(file, render(readFileSync(file, 'utf8')));
}

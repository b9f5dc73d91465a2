// Types for the operations in src/operations.graphql: `node codegen.js [schema.graphql]`.
// The plugins of graphql-codegen without its command line, which installs ten times as much.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescript from '@graphql-codegen/typescript';
import * as operations from '@graphql-codegen/typescript-operations';
import { buildSchema, parse, printSchema } from 'graphql';

const here = (file) => new URL(file, import.meta.url);
const schema = buildSchema(readFileSync(process.argv[2] ?? here('../../schema.graphql'), 'utf8'));
const document = parse(readFileSync(here('src/operations.graphql'), 'utf8'));
const config = {
  enumsAsTypes: true,
  useTypeImports: true,
  scalars: { DateTime: 'string', Decimal: 'string' },
};

async function write(filename, pluginMap) {
  const text = await codegen({
    filename,
    schema: parse(printSchema(schema)),
    schemaAst: schema,
    documents: [{ location: 'operations.graphql', document }],
    config,
    plugins: Object.keys(pluginMap).map((name) => ({ [name]: {} })),
    pluginMap,
  });
  writeFileSync(here(filename), text);
}

mkdirSync(here('src/generated'), { recursive: true });
await write('src/generated/schema.ts', { typescript });
await write('src/generated/operations.ts', { operations, typedDocumentNode });

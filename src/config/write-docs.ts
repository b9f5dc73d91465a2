import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderDocs, renderEnvExample } from './render-docs';

// Run from the project's root after a change to the table: npm run build && node dist/config/write-docs.js
const docs = path.resolve('docs/configuration.md');
writeFileSync(docs, renderDocs(readFileSync(docs, 'utf8')));
writeFileSync(path.resolve('.env.example'), renderEnvExample());

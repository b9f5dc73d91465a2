import { writeFileSync } from 'node:fs';
import { printedDocument } from './print-document';

writeFileSync('docs/openapi.json', printedDocument());

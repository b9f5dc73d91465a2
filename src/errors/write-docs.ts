import { readFileSync, writeFileSync } from 'node:fs';
import { renderErrorDocs } from './render-docs';

writeFileSync('docs/errors.md', renderErrorDocs(readFileSync('docs/errors.md', 'utf8')));

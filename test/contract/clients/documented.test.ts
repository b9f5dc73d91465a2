import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errorCodes } from '../../../src/errors';

const RECIPES = path.join(__dirname, 'recipes');
const documentation = readFileSync(path.join(__dirname, '../../../docs/graphql.md'), 'utf8');

it.each(readdirSync(RECIPES))('should be in docs/graphql.md as it was tried: %s', (file) => {
  const code = readFileSync(path.join(RECIPES, file), 'utf8');
  expect(documentation).toContain(`\`\`\`ts\n${code}\`\`\`\n`);
});

it('should say in docs/clients.md what to do about each error, once', () => {
  const page = readFileSync(path.join(__dirname, '../../../docs/clients.md'), 'utf8');
  const table = page.slice(page.indexOf('## What to do about each error'));
  const rows = table.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/[A-Z_]+/g)].map(([code]) => code));
  expect(named.sort()).toEqual([...errorCodes].sort());
});

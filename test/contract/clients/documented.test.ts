import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const RECIPES = path.join(__dirname, 'recipes');
const documentation = readFileSync(path.join(__dirname, '../../../docs/graphql.md'), 'utf8');

it.each(readdirSync(RECIPES))('should be in docs/graphql.md as it was tried: %s', (file) => {
  const code = readFileSync(path.join(RECIPES, file), 'utf8');
  expect(documentation).toContain(`\`\`\`ts\n${code}\`\`\`\n`);
});

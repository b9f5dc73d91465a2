import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const recipes = path.join(__dirname, '../process/recipes');
const documentation = readFileSync(path.join(__dirname, '../../docs/tokens.md'), 'utf8');

it.each(readdirSync(recipes))('should be in docs/tokens.md as it was tried: %s', (file) => {
  const language = file.endsWith('.py') ? 'python' : 'js';
  const code = readFileSync(path.join(recipes, file), 'utf8');
  expect(documentation).toContain(`\`\`\`${language}\n${code}\`\`\`\n`);
});

it('should name the proxies that there are files for', () => {
  for (const file of readdirSync(path.join(__dirname, '../../deploy/proxies')))
    expect(documentation).toContain(`../deploy/proxies/${file}`);
});

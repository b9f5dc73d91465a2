import { readdirSync, readFileSync } from 'node:fs';

const docs = readFileSync('docs/security.md', 'utf8');
const attacks = readdirSync('test/attack')
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => file.replace('.test.ts', ''));
const named = docs
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| threat') && !line.startsWith('| ---'))
  .map((line) =>
    [...(line.split(' | ').at(-1) ?? '').matchAll(/`([a-z-]+)`/g)].map(([, name]) => name ?? ''),
  );

it('should name a test for every threat', () => {
  for (const tests of named) expect(tests).not.toEqual([]);
});

it('should name tests that exist, and every one of them', () => {
  expect([...new Set(named.flat())].sort()).toEqual(attacks.sort());
});

// `npm run schema:diff`: what has changed since the last release, docs/schema-released.graphql, and whether it breaks
// clients. A breaking change is one for the next major release (CONTRIBUTING.md, Deprecation). Exits with 1 for one.
const { readFileSync } = require('node:fs');
const { CriticalityLevel, DiffRule, diff } = require('@graphql-inspector/core');
const { buildSchema } = require('graphql');

const [before = 'docs/schema-released.graphql', after = 'schema.graphql'] = process.argv.slice(2);
const schemaOf = (file) => buildSchema(readFileSync(file, 'utf8'));

async function main() {
  const changes = await diff(schemaOf(before), schemaOf(after), [DiffRule.ignoreDescriptionChanges]);
  const marks = {
    [CriticalityLevel.Breaking]: 'BREAKING',
    [CriticalityLevel.Dangerous]: 'dangerous',
    [CriticalityLevel.NonBreaking]: 'ok',
  };
  for (const { criticality, message } of changes)
    process.stdout.write(`${marks[criticality.level].padEnd(9)} ${message}\n`);
  const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
  process.stdout.write(`${changes.length} changes since the last release, ${breaking.length} breaking\n`);
  if (breaking.length > 0) process.exitCode = 1;
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});

/** The import rules of docs/architecture.md; `npm test` fails when one is broken. */
const src = (...folders) => `^src/(${folders.join('|')})(/|$)`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'errors-know-nothing',
      severity: 'error',
      from: { path: src('errors') },
      to: { path: '^src/(?!errors/)' },
    },
    {
      name: 'foundation-is-pure',
      comment: 'foundation is plain TypeScript on node: no library, no database, no server',
      severity: 'error',
      from: { path: src('foundation') },
      to: { pathNot: ['^src/(foundation|errors)/'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'config-stands-alone',
      severity: 'error',
      from: { path: src('config') },
      to: { path: '^src/(?!config/)' },
    },
    {
      name: 'infrastructure-below-features',
      severity: 'error',
      from: { path: src('infrastructure') },
      to: { path: '^src/(?!(infrastructure|errors|foundation|config)/)' },
    },
    {
      name: 'features-below-their-faces',
      severity: 'error',
      from: { path: src('features') },
      to: { path: '^src/(?!(features|infrastructure|errors|foundation|config)/)' },
    },
    {
      name: 'faces-apart',
      comment: 'graphql and rest are two faces of the same features and know nothing of each other',
      severity: 'error',
      from: { path: '^src/(graphql|rest)/' },
      to: { path: '^src/(graphql|rest)/', pathNot: '^src/$1/' },
    },
    {
      name: 'cli-beside-the-server',
      comment:
        'a command wires the features it needs, as app.ts does; it serves no face, and nothing leans on it',
      severity: 'error',
      from: { path: src('cli') },
      to: { path: '^src/(app[.]ts|main[.]ts|graphql/|rest/)' },
    },
    {
      name: 'nothing-leans-on-cli',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: src('cli') },
    },
    {
      name: 'slices-through-their-index',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/features/([^/]+)/(?!index[.]ts$)', pathNot: '^src/features/$1/' },
    },
    {
      name: 'everybody-enters-slices-through-their-index',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/features/' },
      to: { path: '^src/features/[^/]+/(?!index[.]ts$)' },
    },
    {
      name: 'slices-lean-on-account-only',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/features/', pathNot: ['^src/features/$1/', '^src/features/account/'] },
    },
    {
      name: 'type-graphql-in-resolvers-and-types',
      severity: 'error',
      from: { path: '^src/', pathNot: ['[.](resolver|types|decorator)[.]ts$', '^src/graphql/schema[.]ts$'] },
      to: { path: '^node_modules/type-graphql/' },
    },
    {
      name: 'fastify-in-the-faces',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/rest/', '^src/graphql/server[.]ts$', '^src/app[.]ts$'] },
      to: { path: '^node_modules/(fastify|@fastify/)' },
    },
    {
      name: 'orm-in-features-and-database',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/features/', '^src/infrastructure/database/'] },
      to: { path: '^node_modules/@mikro-orm/' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src/',
        pathNot: [
          '[.]d[.]ts$',
          'password-worker[.]js$',
          '^src/(main|cli/user|graphql/emit-schema|rest/openapi/emit-document|rest/docs/copy-assets|config/write-docs)[.]ts$',
        ],
      },
      to: {},
    },
    {
      name: 'not-to-dev-dependency',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'types'] },
  },
};

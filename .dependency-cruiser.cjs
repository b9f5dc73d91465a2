/** The import rules of docs/architecture.md; `npm test` fails when one is broken. */
/** A folder of a REST family; the others in `rest` are named here. */
const FAMILY = '^src/rest/(?!(?:system|tokens|openapi|docs)/)([^/]+)/';

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
      name: 'http-below-the-faces',
      comment: 'http is what every face shares: it knows no use case, and none of the faces',
      severity: 'error',
      from: { path: src('http') },
      to: { path: '^src/(?!(http|infrastructure|errors|foundation|config)/)' },
    },
    {
      name: 'faces-apart',
      comment: 'graphql, rest and pages are faces of the same features and know nothing of each other',
      severity: 'error',
      from: { path: '^src/(graphql|rest|pages)/' },
      to: { path: '^src/(graphql|rest|pages)/', pathNot: '^src/$1/' },
    },
    {
      name: 'families-through-their-list',
      comment: 'a family can be removed by its folder and its line in families.ts',
      severity: 'error',
      from: { path: '^src/', pathNot: [FAMILY, '^src/rest/families[.]ts$'] },
      to: { path: FAMILY },
    },
    {
      name: 'families-by-their-description',
      severity: 'error',
      from: { path: '^src/rest/families[.]ts$' },
      to: { path: FAMILY, pathNot: '/family[.]ts$' },
    },
    {
      name: 'families-apart',
      severity: 'error',
      from: { path: FAMILY },
      to: { path: FAMILY, pathNot: '^src/rest/$1/' },
    },
    {
      name: 'app-above-all',
      comment: 'the composition root knows every class, and only who serves knows it',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|serve|app|servers|services|workers|live)[.]ts$' },
      to: { path: '^src/(app|main|serve|servers|services|workers|live)[.]ts$' },
    },
    {
      name: 'cluster-keeps-processes',
      comment: 'what starts and replaces processes loads nothing of the service that they are',
      severity: 'error',
      from: { path: src('cluster') },
      to: { path: '^src/(?!(cluster|infrastructure|errors|foundation|config)/)' },
    },
    {
      name: 'cli-beside-the-server',
      comment:
        'a command wires the features it needs, as app.ts does; it serves no face, though it may print what one promises',
      severity: 'error',
      from: { path: src('cli') },
      to: {
        path: '^src/(graphql|rest|pages|http)/',
        pathNot: '^src/(graphql/(print-schema|schema)|rest/print-document|http/assets/packaged)[.]ts$',
      },
    },
    {
      name: 'operator-above-features',
      comment: 'what an operator asks for, done by the shell or by a running server: it serves no face',
      severity: 'error',
      from: { path: src('operator') },
      to: { path: '^src/(?!(operator|features|infrastructure|errors|foundation)/)' },
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
      name: 'identity-leans-on-no-slice',
      comment: 'who somebody is, and what proves it: the ground of all other slices',
      severity: 'error',
      from: { path: '^src/features/identity/' },
      to: { path: '^src/features/(?!identity/)' },
    },
    {
      name: 'sign-in-leans-on-identity-only',
      severity: 'error',
      from: { path: '^src/features/sign-in/' },
      to: { path: '^src/features/(?!(sign-in|identity)/)' },
    },
    {
      name: 'upper-slices-apart',
      comment:
        'account, password, verification, credit: each stands on identity and sign-in, none on another',
      severity: 'error',
      from: { path: '^src/features/(?!(?:identity|sign-in)/)([^/]+)/' },
      to: { path: '^src/features/', pathNot: ['^src/features/$1/', '^src/features/(identity|sign-in)/'] },
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
      from: {
        path: '^src/',
        pathNot: [
          '^src/(http|rest|pages)/',
          '^src/graphql/(server|apollo-handler|request-body|live/live-endpoint)[.]ts$',
          '^src/(servers|live)[.]ts$',
        ],
      },
      to: { path: '^node_modules/(fastify|@fastify/)' },
    },
    {
      name: 'orm-in-features-and-database',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          '^src/features/',
          '^src/infrastructure/(database|events|housekeeping|rate-limit|signing-keys|mail/outbox)/',
        ],
      },
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
          '^src/(main|cli/(user|keys|doctor|migrate|verify-credits|generate|copy-assets))[.]ts$',
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

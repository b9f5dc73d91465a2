import graphqlPlugin from '@graphql-eslint/eslint-plugin';
import tseslint from 'typescript-eslint';

const completeLiterals = {
  selector:
    "CallExpression[callee.property.name='assign'] > NewExpression[callee.name=/Type$|Payload$|Tokens$/]",
  message: 'Write a literal: it does not compile when a field is missing.',
};
const message = 'Accounts are written by AccountChanges, which says what ends with a change and tells of it.';
const accountsThroughTheirChanges = [
  "CallExpression[callee.property.name=/^(create|insert|upsert|nativeUpdate|nativeDelete)$/] > Identifier.arguments[name='User']",
  "CallExpression[callee.property.name='update'][callee.object.callee.property.name='createQueryBuilder'] Identifier[name='User']",
  "TSAsExpression > TSTypeReference[typeName.name='WritableUser']",
  "CallExpression[callee.property.name='assign'] > Identifier.arguments:first-child[name='user']",
  'Literal[value=/\\b(update|insert into|delete from) "?users\\b/i]',
  'TemplateElement[value.raw=/\\b(update|insert into|delete from) "?users\\b/i]',
].map((selector) => ({ selector, message }));

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      // It has packages of its own, and is compiled by its test.
      'examples/',
      'node_modules/',
      'coverage/',
      '.data/',
      'logs/',
      '**/*.js',
      '**/*.cjs',
      'test/support/generated/',
      'client/src/generated.ts',
    ],
  },
  {
    files: ['schema.graphql'],
    languageOptions: {
      parser: graphqlPlugin.parser,
      parserOptions: { graphQLConfig: { schema: './schema.graphql' } },
    },
    plugins: { '@graphql-eslint': graphqlPlugin },
    rules: {
      ...graphqlPlugin.configs['flat/schema-recommended'].rules,
      // An edge, a page and a balance are no objects of their own; what is one has an id.
      '@graphql-eslint/strict-id-in-types': 'off',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 70 }],
      'no-console': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only src/config reads the environment.' },
      ],
      // More than five travel as one object, by name.
      '@typescript-eslint/max-params': ['error', { max: 5 }],
      'no-restricted-syntax': ['error', completeLiterals, ...accountsThroughTheirChanges],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // Resolvers and entities are classes because TypeGraphQL and MikroORM want them so.
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Loaded by those who need them, when they do: many a server never does, and starts the sooner.
      '@typescript-eslint/no-require-imports': [
        'error',
        {
          allow: [
            '^(nodemailer|pino-pretty|postal-mime|ioredis|liquidjs|pg|ws|graphql-ws|prom-client|\\.\\./\\.\\./tools/mock\\.cjs|@electric-sql/pglite|@mikro-orm/migrations|\\./migrations|\\./serve|\\./administration|\\./cluster/.*|\\./infrastructure/telemetry/tracing/otlp-tracer|\\./openapi/document)$',
          ],
        },
      ],
      // MikroORM's own types name the same classes by two roads.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // An async method without await still turns what it throws into a rejection, which is what callers expect.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['src/config/environment.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // What a sign-in notes of itself: when it was, and the same password hashed anew.
    files: ['src/features/sign-in/*.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', completeLiterals] },
  },
  {
    files: ['mikro-orm.config.ts', 'test/support/{database-environment,build-once}.ts'],
    // The MikroORM command line and Jest read the default export.
    rules: { 'no-restricted-exports': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['test/contract/rest-*.test.ts'],
    // Bodies of every shape; what they may hold is checked against docs/openapi.json.
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
);

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Each rule with files that break it, and only it. What a file imports need not exist beyond an empty module. */
const VIOLATIONS: Record<string, [file: string, imports: string][]> = {
  'errors-know-nothing': [['src/errors/bad.ts', '../foundation/target']],
  'foundation-is-pure': [['src/foundation/bad.ts', '../infrastructure/target']],
  'config-stands-alone': [['src/config/bad.ts', '../foundation/target']],
  'infrastructure-below-features': [
    ['src/infrastructure/bad.ts', '../features/account'],
    ['src/infrastructure/bad-http.ts', '../http/target'],
  ],
  'features-below-their-faces': [
    ['src/features/account/bad.ts', '../../graphql/target'],
    ['src/features/account/bad-http.ts', '../../http/target'],
  ],
  'http-below-the-faces': [
    ['src/http/bad-graphql.ts', '../graphql/target'],
    ['src/http/bad-rest.ts', '../rest/target'],
    ['src/http/bad-pages.ts', '../pages/target'],
    ['src/http/bad-features.ts', '../features/account'],
  ],
  'faces-apart': [
    ['src/rest/bad.ts', '../graphql/target'],
    ['src/graphql/bad.ts', '../rest/target'],
    ['src/graphql/bad-pages.ts', '../pages/target'],
    ['src/pages/bad.ts', '../rest/target'],
  ],
  'families-through-their-list': [
    ['src/rest/bad-family.ts', './first/family'],
    ['src/rest/openapi/bad-family.ts', '../first/family'],
  ],
  'families-by-their-description': [['src/rest/families.ts', './first/target']],
  'families-apart': [['src/rest/second/bad.ts', '../first/target']],
  'app-above-all': [
    ['src/rest/bad-app.ts', '../app'],
    ['src/cli/bad-app.ts', '../app'],
  ],
  'cluster-keeps-processes': [
    ['src/cluster/bad.ts', '../features/account'],
    ['src/cluster/bad-http.ts', '../http/target'],
  ],
  'cli-beside-the-server': [
    ['src/cli/bad.ts', '../graphql/target'],
    ['src/cli/bad-http.ts', '../http/target'],
  ],
  'operator-above-features': [['src/operator/bad.ts', '../http/target']],
  'nothing-leans-on-cli': [['src/rest/bad-cli.ts', '../cli/target']],
  'slices-through-their-index': [['src/features/sign-in/bad.ts', '../identity/target']],
  'everybody-enters-slices-through-their-index': [['src/rest/deep.ts', '../features/account/target']],
  'identity-leans-on-no-slice': [['src/features/identity/bad.ts', '../sign-in']],
  'sign-in-leans-on-identity-only': [['src/features/sign-in/peer.ts', '../account']],
  'upper-slices-apart': [
    ['src/features/account/peer.ts', '../password'],
    ['src/features/credit/peer.ts', '../account'],
  ],
  'type-graphql-in-resolvers-and-types': [['src/features/account/bad.service.ts', 'type-graphql']],
  'fastify-in-the-faces': [
    ['src/features/account/bad.routes.ts', 'fastify'],
    ['src/graphql/bad-fastify.ts', 'fastify'],
    ['src/infrastructure/bad-fastify.ts', 'fastify'],
  ],
  'orm-in-features-and-database': [['src/rest/bad-orm.ts', '@mikro-orm/core']],
  'not-to-dev-dependency': [['src/rest/bad-dev.ts', 'graphql-http']],
  'not-to-unresolvable': [['src/rest/bad-path.ts', './is-not-there']],
};

/** What the rules allow, so that none of them forbids more than it says. */
const ALLOWED: [file: string, imports: string][] = [
  ['src/main.ts', './app'],
  ['src/app.ts', './rest/target'],
  ['src/graphql/server.ts', 'fastify'],
  ['src/graphql/good.ts', '../http/target'],
  ['src/rest/good.ts', '../http/target'],
  ['src/pages/good.ts', '../http/target'],
  ['src/http/good.ts', 'fastify'],
  ['src/pages/good-fastify.ts', 'fastify'],
  ['src/http/good-infrastructure.ts', '../infrastructure/target'],
  ['src/rest/first/good.ts', './target'],
  ['src/features/sign-in/good.ts', '../identity'],
  ['src/features/password/good.ts', '../sign-in'],
  ['src/features/password/good-too.ts', '../identity'],
  ['src/features/credit/good.ts', '../identity'],
];

const TARGETS = [
  'src/foundation/target.ts',
  'src/infrastructure/target.ts',
  'src/graphql/target.ts',
  'src/http/target.ts',
  'src/pages/target.ts',
  'src/rest/target.ts',
  'src/rest/first/family.ts',
  'src/rest/first/target.ts',
  'src/cli/target.ts',
  'src/features/account/index.ts',
  'src/features/identity/index.ts',
  'src/features/identity/target.ts',
  'src/features/sign-in/index.ts',
  'src/features/account/target.ts',
  'src/features/password/index.ts',
];

const PACKAGES = ['type-graphql', 'fastify', '@mikro-orm/core', 'graphql-http'];

interface Report {
  readonly summary: {
    readonly violations: { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

const root = path.resolve(__dirname, '../..');
let tree: string;

beforeAll(() => {
  tree = mkdtempSync(path.join(tmpdir(), 'import-rules-'));
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
    cpSync(path.join(root, file), path.join(tree, file));
  }
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
    writeFileSync(path.join(tree, file), text);
  };
  for (const name of PACKAGES) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
    write(`node_modules/${name}/index.js`, 'exports.target = 1;\n');
  }
  for (const file of TARGETS) write(file, 'export const target = 1;\n');
  for (const [file, imported] of [...Object.values(VIOLATIONS).flat(), ...ALLOWED]) {
    write(file, `import '${imported}';\n`);
  }
  write('src/foundation/one.ts', "import './two';\n");
  write('src/foundation/two.ts', "import './one';\n");
  write('src/foundation/alone.ts', 'export const alone = 1;\n');
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

it('should see each forbidden import and no other, so that a rule cannot rot unseen', () => {
  const report = cruise();
  const seen = report.summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
  const expected = Object.entries(VIOLATIONS).flatMap(([rule, files]) =>
    files.map(([file]) => `${rule}: ${file}`),
  );
  const others = [
    'no-circular: src/foundation/one.ts',
    'no-orphans: src/foundation/alone.ts',
    // What is nowhere is no production dependency either.
    'not-to-dev-dependency: src/rest/bad-path.ts',
  ];
  expect(seen.sort()).toEqual([...expected, ...others].sort());
});

it('should have a violation here for every rule there is', () => {
  const { forbidden } = createRequire(__filename)(path.join(root, '.dependency-cruiser.cjs')) as {
    forbidden: { name: string }[];
  };
  const tried = [...Object.keys(VIOLATIONS), 'no-circular', 'no-orphans'];
  expect(forbidden.map(({ name }) => name).sort()).toEqual(tried.sort());
});

function cruise(): Report {
  const command = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const options = ['src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const output = execFileSync(process.execPath, [command, ...options], {
    cwd: tree,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(output) as Report;
}

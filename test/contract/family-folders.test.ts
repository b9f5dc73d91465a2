import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { variables } from '../../src/config/variables';
import { restFamilies } from '../../src/rest';

/** The one list of families, and the settings, whose names the contracts fix. */
const MAY_NAME_FAMILIES = ['src/rest/families.ts', /^src\/config\/[a-z-]*-variables\.ts$/];

const root = path.resolve(__dirname, '../..');
const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((file) => `src/${file.replaceAll('\\', '/')}`)
  .filter((file) => /\.(ts|js)$/.test(file));

interface Module {
  readonly source: string;
  readonly dependents: readonly string[];
}

let modules: readonly Module[];
beforeAll(() => {
  const command = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const options = ['src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const output = execFileSync(process.execPath, [command, ...options], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  modules = (JSON.parse(output) as { modules: Module[] }).modules;
});

describe.each(restFamilies.map(({ name }) => name))('the family %s', (name) => {
  const folder = `src/rest/${name}/`;

  it('should be imported by the list of families alone, and from its family.ts alone', () => {
    const own = modules.filter(({ source }) => source.startsWith(folder));
    const strangers = own.flatMap(({ source, dependents }) =>
      dependents.filter((one) => !one.startsWith(folder)).map((one) => `${one} → ${source}`),
    );
    expect(own.length).toBeGreaterThan(0);
    expect(strangers).toEqual([`src/rest/families.ts → ${folder}family.ts`]);
  });

  it('should be told of in the settings', () => {
    expect(variables.REST_FAMILIES.description).toMatch(new RegExp(`[(, ]${name}[,)]`));
  });

  it('should be named nowhere else', () => {
    const others = sources.filter(
      (file) =>
        !file.startsWith(folder) &&
        !MAY_NAME_FAMILIES.some((one) => (typeof one === 'string' ? one === file : one.test(file))),
    );
    expect(others.length).toBeGreaterThan(100);
    const words = name.includes('-') ? new RegExp(spellingsOf(name)) : new RegExp(`['"\`]${name}['"\`]`);
    // The ORM's names of relations are no families, nor are HTTP/2's sessions, nor the ways to share connections.
    const textOf = (file: string) =>
      readFileSync(path.join(root, file), 'utf8').replaceAll(
        /populate: \[[^\]]*\]|\.on\('session'|[pP]oolMode =+ '[a-z]+'/g,
        '',
      );
    expect(others.filter((file) => words.test(textOf(file)))).toEqual([]);
  });

  it('should have no prefix written down elsewhere', () => {
    const family = restFamilies.find((one) => one.name === name);
    const others = sources.filter((file) => !file.startsWith('src/rest/') || file.split('/').length === 3);
    for (const prefix of family?.prefixes ?? []) {
      const named = others.filter((file) =>
        new RegExp(`['"\`]${prefix}`).test(readFileSync(path.join(root, file), 'utf8')),
      );
      expect([prefix, named]).toEqual([prefix, []]);
    }
  });
});

/** `balance-hub`, also as balanceHub, BalanceHub, balance_hub and BALANCE_HUB. */
function spellingsOf(name: string): string {
  const [first = '', second = ''] = name.split('-');
  const capital = (word: string): string =>
    `[${word[0]?.toUpperCase() ?? ''}${word[0] ?? ''}]${word.slice(1)}`;
  return `${capital(first)}[-_]?${capital(second)}|${name.toUpperCase().replace('-', '_')}`;
}

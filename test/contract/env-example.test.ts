import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { loadConfig } from '../../src/config';
import { renderDocs, renderEnvExample } from '../../src/config/render-docs';
import { secretFileNames } from '../../src/config/secret-files';
import { namesOf, variableNames, variables, variableSections } from '../../src/config/variables';

const root = path.resolve(__dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const load = (env: NodeJS.ProcessEnv) => loadConfig(env, () => 'generated');

describe('.env.example', () => {
  const example = parseEnv(read('.env.example'));

  it('should hold every variable of the table and no other', () => {
    expect(Object.keys(example).sort()).toEqual([...variableNames].sort());
  });

  it('should hold the defaults', () => {
    expect(example).toEqual(
      Object.fromEntries(variableNames.map((name) => [name, variables[name].default ?? ''])),
    );
  });

  it('should explain every variable in the line above it', () => {
    const lines = read('.env.example').split('\n');
    for (const name of variableNames) {
      const index = lines.findIndex((line) => line.startsWith(`${name}=`));
      expect(lines[index - 1]).toContain(`# ${variables[name].description}`);
    }
  });

  it.each([
    ['development', {}],
    [
      'production',
      {
        NODE_ENV: 'production',
        JWT_SECRET_KEY: 'k9Qv3tZ7mB1xW5rN8pL2sD6fH0jC4gYa',
        PUBLIC_URL: 'https://auth.example.com',
      },
    ],
  ])('should change nothing when it is copied to .env in %s', (_environment, env) => {
    expect(load({ ...example, ...env })).toEqual(load(env));
  });

  it('should be what the table generates (after a change: npm run generate)', () => {
    expect(read('.env.example')).toBe(renderEnvExample());
  });
});

describe('docs/configuration.md', () => {
  const docs = read('docs/configuration.md');

  it('should be what the table generates (after a change: npm run generate)', () => {
    expect(docs).toBe(renderDocs(docs));
  });

  it('should name no variable that is not in the table', () => {
    const names = variableNames.flatMap((name) => namesOf(name).map((alias) => alias.name));
    const known = [...names, ...secretFileNames];
    const named = [...docs.matchAll(/`([A-Z][A-Z_]*_[A-Z_]+)(=[^`]*)?`/g)].map(([, name]) => name);
    expect(named.filter((name) => !known.includes(name ?? ''))).toEqual([]);
  });
});

describe('the table of variables', () => {
  it('should be complete in its sections and have unique names', () => {
    expect(Object.values(variableSections).flatMap((rows) => Object.keys(rows))).toEqual(variableNames);
    const names = variableNames.flatMap((name) => namesOf(name).map((alias) => alias.name));
    expect(new Set(names).size).toBe(names.length);
  });

  it('should say what happens without a value', () => {
    for (const name of variableNames) {
      const { default: text, defaultMeaning } = variables[name];
      expect([name, (text === undefined) !== (defaultMeaning === undefined)]).toEqual([name, true]);
    }
  });

  it('should be the only way to the process environment', () => {
    const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' });
    const readers = files.filter(
      (file) => file.endsWith('.ts') && /process\.env\b|process\['env'\]/.test(codeOf(file)),
    );
    expect(readers).toEqual([path.join('config', 'environment.ts')]);
  });
});

function codeOf(file: string): string {
  return read(path.join('src', file)).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
}

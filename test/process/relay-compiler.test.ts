/** @jest-environment node */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { whenInstallable } from '../support/registry';

jest.setTimeout(120_000);

/** Too large (118 MB, a binary for each platform) to be installed with the project. */
const RELAY_COMPILER = 'relay-compiler@21.0.1';

const APP = `
import { graphql } from 'relay-runtime';
graphql\`query appMeQuery { me { id ...app_user } }\`;
graphql\`fragment app_user on User { username role }\`;
graphql\`query appCreditsQuery($after: String) { ...app_credits @arguments(after: $after) }\`;
graphql\`
  fragment app_credits on Query
  @refetchable(queryName: "appCreditsPageQuery")
  @argumentDefinitions(after: { type: "String" }, first: { type: "Int", defaultValue: 20 }) {
    creditTransactions(first: $first, after: $after) @connection(key: "app_creditTransactions") {
      edges { node { id amount } }
    }
  }\`;
graphql\`
  mutation appLoginMutation($input: LoginInput!) {
    login(input: $input) { user { id } tokens { accessToken } }
  }\`;
`;

whenInstallable(
  'relay-compiler',
  () => false,
  () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'relay-'));
    const file = (name: string): string => path.join(directory, name);
    beforeAll(() => {
      writeFileSync(file('package.json'), '{ "private": true }');
      const config = {
        src: './src',
        schema: './schema.graphql',
        language: 'typescript',
        artifactDirectory: './artifacts',
      };
      writeFileSync(file('relay.config.json'), JSON.stringify(config));
      copyFileSync('schema.graphql', file('schema.graphql'));
      mkdirSync(file('src'));
      mkdirSync(file('artifacts'));
      execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', RELAY_COMPILER], {
        cwd: directory,
      });
    });
    afterAll(() => rmSync(directory, { recursive: true, force: true }));

    function compile(source: string): { status: number | null; output: string } {
      writeFileSync(file('src/app.ts'), source);
      const { status, stdout, stderr } = spawnSync(file('node_modules/.bin/relay-compiler'), {
        cwd: directory,
        encoding: 'utf8',
      });
      return { status, output: stdout + stderr };
    }

    it('should take the schema: queries, fragments, mutations, and pages of a connection that can be fetched again', () => {
      expect(compile(APP)).toMatchObject({ status: 0 });
      expect(readdirSync(file('artifacts')).sort()).toEqual([
        'appCreditsPageQuery.graphql.ts',
        'appCreditsQuery.graphql.ts',
        'appLoginMutation.graphql.ts',
        'appMeQuery.graphql.ts',
        'app_credits.graphql.ts',
        'app_user.graphql.ts',
      ]);
    });

    it('should refuse what the schema does not have', () => {
      const { status, output } = compile(APP.replace('username role', 'username nickname'));
      expect(status).not.toBe(0);
      expect(output).toContain('nickname');
    });
  },
);

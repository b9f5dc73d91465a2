/** @jest-environment node */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usePrograms, type ServerRun } from '../support/server-process';

const programs = usePrograms();
const root = join(__dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

function sectionOf(title: string): string {
  const [, section = ''] = readme.split(`\n## ${title}\n`);
  return section.split('\n## ')[0] ?? '';
}

function blocksOf(section: string, language: string): string[] {
  return [...section.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(
    ([, text = '']) => text,
  );
}

/** Runs the lines in one shell, and tells what each of them wrote. */
function outputsOf(block: string, server: ServerRun): Map<string, string> {
  const lines = block.split('\n').filter((line) => line.trim() !== '');
  const script = lines.map((line) => `${line}\nprintf '\\036'`).join('\n');
  const { PATH = '', HOME = '' } = process.env;
  const output = execFileSync('bash', ['-euo', 'pipefail'], {
    cwd: root,
    input: script.replaceAll('http://localhost:4000', server.url),
    encoding: 'utf8',
    timeout: 50_000,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH,
      HOME,
      DATA_DIR: join(programs.directory, 'data'),
      NODE_ENV: 'test',
      BCRYPT_COST: '4',
      LOG_FILE: '',
    },
  });
  const parts = output.split('\u001e');
  expect(parts).toHaveLength(lines.length + 1);
  return new Map(lines.map((line, index) => [line, parts[index] ?? '']));
}

function answersOf(outputs: ReadonlyMap<string, string>): string[] {
  return [...outputs.values()].filter((text) => text.startsWith('{'));
}

describe('README.md', () => {
  it('should be followed word by word: addresses, curl, administration', async () => {
    const server = await programs.server({ BCRYPT_COST: '4' }).ready();

    const addresses = [...sectionOf('Run it').matchAll(/<http:\/\/localhost:4000([^>]*)>/g)];
    expect(addresses.length).toBeGreaterThan(4);
    for (const [, path = ''] of addresses) {
      const { status, headers } = await fetch(server.url + path, { headers: { accept: 'text/html' } });
      expect([path, status, headers.get('content-type')?.split(';')[0]]).toEqual([path, 200, 'text/html']);
    }

    const [curl = ''] = blocksOf(sectionOf('The same in curl'), 'sh');
    const [registered, me, refreshed, loggedOut, refused, ...more] = answersOf(outputsOf(curl, server)).map(
      (text) => JSON.parse(text) as { data: unknown; errors?: { extensions: object }[] },
    );
    expect(more).toEqual([]);
    expect(registered?.data).toEqual({ register: { user: { id: '1', email: 'grace@example.com' } } });
    expect(me?.data).toMatchObject({ me: { id: '1', email: 'grace@example.com' } });
    expect(refreshed?.data).toMatchObject({ refresh: { tokens: { expiresIn: 3600 } } });
    expect(loggedOut?.data).toEqual({ logout: true });
    const [printed = '{}'] = blocksOf(sectionOf('The same in curl'), 'json');
    const varying = { timestamp: expect.any(String) as string, request_id: expect.any(String) as string };
    const shown = JSON.parse(printed) as { extensions: object };
    expect(refused?.errors).toEqual([{ ...shown, extensions: { ...shown.extensions, ...varying } }]);

    const [admin = ''] = blocksOf(sectionOf('Administration'), 'sh');
    const outputs = [...outputsOf(admin, server)].map(([line, text]) => `${line} => ${text}`);
    const expected = [
      /role admin\.\nPassword: /,
      /role\tuser/,
      /opened\tlast used/,
      /new password/,
      /is disabled/,
      /1\tgrace@/,
      /is deleted/,
    ];
    expect(outputs).toHaveLength(expected.length);
    expected.forEach((pattern, index) => expect(outputs[index]).toMatch(pattern));
  });

  it('should have a first session that works as it is printed', async () => {
    const server = await programs.server().ready();
    const [register = '', ask = ''] = blocksOf(sectionOf('A first session in GraphiQL'), 'graphql');
    const { data } = await server.graphql<{ register: { tokens: { accessToken: string } } }>(register);
    const token = data?.register.tokens.accessToken ?? '';
    const asked = await server.graphql(ask, {}, token);
    expect(asked.data).toMatchObject({
      me: { username: 'ada', role: 'USER' },
      mySessions: [{ isCurrent: true }],
    });
    const login = /`(login\(input: .*?\))`/.exec(readme)?.[1] ?? '';
    expect((await server.graphql(`mutation { ${login} { user { id } } }`)).code).toBeNull();
    // The first query that GraphiQL shows is the same.
    expect(readFileSync(join(root, 'templates/pages/assets/graphiql.js'), 'utf8')).toContain(
      'ada@example.com',
    );
  });

  it('should name only what is there', () => {
    const paths = [...sectionOf('Where things are').matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) => [
      ...[...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
      ...[...cell.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => path),
    ]);
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(15);
    expect([...paths, ...links].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

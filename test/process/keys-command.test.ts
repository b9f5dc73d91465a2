/** @jest-environment node */
import { Programs, type Exit } from '../support/server-process';

describe('npm run keys', () => {
  const programs = new Programs();
  beforeAll(() => programs.open());
  afterAll(() => programs.close());

  async function keys(
    args: string[],
    algorithm = 'ES256',
  ): Promise<Exit & { stdout: string; stderr: string }> {
    const run = programs.run('cli/keys.js', args, { JWT_ALGORITHM: algorithm });
    const exit = await run.ended;
    return { ...exit, stdout: run.stdout, stderr: run.stderr };
  }
  const rows = ({ stdout }: { stdout: string }): string[][] =>
    stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'));

  it('should list, rotate and retire the keys of a running server', async () => {
    const server = await programs.server({ JWT_ALGORITHM: 'ES256' }).ready();
    const [[first = '', , state] = []] = rows(await keys(['list']));
    expect(state).toBe('signing');
    const rotated = await keys(['rotate']);
    expect(rotated.stdout).toMatch(/^[\w-]{43} is published, and signs from /);
    expect(rows(await keys(['list'])).map(([, , one]) => one)).toEqual(['signing', 'next']);
    expect((await keys(['retire', first])).stdout).toContain('is retired');
    expect(rows(await keys(['list'])).map(([, , one]) => one)).toEqual(['retired', 'signing']);
    const again = await keys(['retire', first]);
    expect([again.code, again.stderr]).toEqual([1, `There is no key ${first}, or it is retired\n`]);
    // Ids are base64url, and may begin like an option.
    expect((await keys(['retire', `-${'a'.repeat(42)}`])).code).toBe(1);
    const { keys: published } = (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as {
      keys: object[];
    };
    expect(published).toHaveLength(1);
    await server.kill('SIGTERM');
  });

  it('should say where there is nothing to rotate', async () => {
    const { code, stderr } = await keys(['rotate'], 'HS256');
    expect([code, stderr]).toEqual([
      1,
      'Access tokens are signed with JWT_SECRET_KEY: there is no key to rotate\n',
    ]);
  });

  it.each([
    [[]],
    [['explode']],
    [['retire']],
    [['list', 'x']],
    [['rotate', '--in', 'soon']],
    [['list', '--in', '3']],
  ])('should exit with 2 for %j', async (args) => expect((await keys(args)).code).toBe(2));
});

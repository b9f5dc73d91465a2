/** @jest-environment node */
import { usePrograms, type Exit, type Run } from '../support/server-process';

const programs = usePrograms();

async function user(args: string[], input?: string): Promise<Run & { readonly exit: Exit }> {
  const run = programs.run('cli/user.js', args);
  run.process.stdin.end(input);
  return Object.assign(run, { exit: await run.ended });
}

describe('npm run user', () => {
  it('should create an administrator who can sign in with the password printed once', async () => {
    const created = await user(['create', 'root@example.com', '--username', 'root', '--role', 'admin']);
    expect(created.exit.code).toBe(0);
    expect(created.stderr).toBe('');
    const [first, second] = created.stdout.split('\n');
    expect(first).toBe('Created root@example.com (id 1) with the role admin.');
    const password = /^Password: (\S{20,})$/.exec(second ?? '')?.[1] ?? '';

    const server = await programs.server({ REQUIRE_EMAIL_VERIFICATION: 'true' }).ready();
    const token = await server.login('root', password);
    const { data } = await server.graphql('{ me { role isEmailVerified } }', {}, token);
    expect(data).toEqual({ me: { role: 'ADMIN', isEmailVerified: true } });
  });

  it('should take the password from the standard input and print none', async () => {
    const created = await user(['create', 'bob@example.com', '--password-stdin'], 'Correct-Horse-7\n');
    expect(created.stdout).toBe('Created bob@example.com (id 1) with the role user.\n');
    const weak = await user(['create', 'eve@example.com', '--password-stdin'], 'secret\n');
    expect(weak.exit.code).toBe(1);
    expect(weak.stderr).toBe('password must be at least 8 characters long\n');
    const server = await programs.server().ready();
    expect(await server.login('bob@example.com')).toBeTruthy();
  });

  it('should give roles, disable, enable and list', async () => {
    await user(['create', 'bob@example.com', '--username', 'Bob', '--password-stdin'], 'Correct-Horse-7');
    expect((await user(['promote', 'bob', '--role', 'moderator'])).stdout).toContain(
      'is moderator now, and was user',
    );
    expect((await user(['promote', 'BOB@example.com'])).stdout).toContain('is admin now');
    expect((await user(['demote', 'bob'])).stdout).toContain('is user now, and was admin');
    expect((await user(['disable', 'bob'])).stdout).toContain('is disabled. Sessions ended: 0.');
    const list = await user(['list']);
    const [head, row] = list.stdout.split('\n').map((line) => line.split('\t'));
    expect(head).toEqual(['id', 'email', 'username', 'role', 'state', 'created']);
    expect(row?.slice(0, 5)).toEqual(['1', 'bob@example.com', 'Bob', 'user', 'disabled']);
    expect((await user(['enable', 'bob'])).stdout).toContain('is enabled');
    const server = await programs.server().ready();
    expect(await server.login('bob')).toBeTruthy();
  });

  it('should say why it did nothing, with exit code 1', async () => {
    await user(['create', 'bob@example.com']);
    const again = await user(['create', 'BOB@example.com']);
    expect([again.exit.code, again.stdout, again.stderr]).toEqual([
      1,
      '',
      'Email or username is already taken\n',
    ]);
    const nobody = await user(['disable', 'nobody']);
    expect([nobody.exit.code, nobody.stdout, nobody.stderr]).toEqual([1, '', 'User not found\n']);
  });

  it('should answer wrong usage with help and exit code 2', async () => {
    const run = await user(['erase', 'bob']);
    expect(run.exit.code).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain('there is no command "erase"');
    expect(run.stderr).toContain('npm run user -- create <email>');
  });

  it('should show its help on the standard output when asked', async () => {
    const run = await user(['--help']);
    expect(run.exit.code).toBe(0);
    expect(run.stdout).toContain('npm run user -- create <email>');
  });

  it('should show an account and its sessions', async () => {
    const server = await programs.server().ready();
    await server.register('bob@example.com');
    await server.login('bob@example.com');
    await server.kill('SIGTERM');
    const { stdout } = await user(['show', 'BOB@example.com']);
    const facts = new Map(stdout.split('\n').map((line) => line.split('\t') as [string, string]));
    expect([facts.get('id'), facts.get('email'), facts.get('role'), facts.get('state')]).toEqual([
      '1',
      'bob@example.com',
      'user',
      'active',
    ]);
    expect(stdout).not.toContain('$2'); // no hash
    const sessions = (await user(['sessions', 'bob@example.com'])).stdout.trim().split('\n');
    expect(sessions).toHaveLength(3);
    expect(sessions[1]?.split('\t')[4]).toBe('127.0.0.1');
    expect((await user(['show', 'nobody'])).stderr).toBe('User not found\n');
  });

  it('should let a server that runs on the embedded database do it, at once', async () => {
    const server = await programs.server().ready();
    await server.register('bob@example.com');
    const token = await server.login('bob@example.com');
    const disabled = await user(['disable', 'bob@example.com']);
    expect([disabled.exit.code, disabled.stdout, disabled.stderr]).toEqual([
      0,
      'bob@example.com (id 1) is disabled. Sessions ended: 2.\n',
      '',
    ]);
    expect(await server.tokenError(token)).toBe('INVALID_TOKEN');
    const created = await user(['create', 'eve@example.com', '--password-stdin'], 'Correct-Horse-7\n');
    expect(created.stdout).toBe('Created eve@example.com (id 2) with the role user.\n');
    expect(await server.login('eve@example.com')).toBeTruthy();
    const weak = await user(['create', 'joe@example.com', '--password-stdin'], 'secret\n');
    expect([weak.exit.code, weak.stderr]).toEqual([1, 'password must be at least 8 characters long\n']);
    expect((await user(['list'])).stdout.split('\n')).toHaveLength(4);
    expect((await user(['delete', 'eve@example.com'])).stdout).toContain('is deleted');
    // Killed, a server leaves its socket behind; the next one takes its place, and without one the shell does the work.
    await server.kill('SIGKILL');
    expect((await user(['enable', 'bob@example.com'])).stdout).toContain('is enabled');
    const next = await programs.server().ready();
    expect((await user(['show', 'bob@example.com'])).stdout).toContain('active');
    expect(await next.login('bob@example.com')).toBeTruthy();
    expect(server.stdout + next.stdout).not.toContain('Correct-Horse');
  });
});

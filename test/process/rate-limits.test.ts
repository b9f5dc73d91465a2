/** @jest-environment node */
import { describeWithPostgresql, OwnPostgresql } from '../support/own-postgresql';
import { usePrograms, type Variables } from '../support/server-process';

const LIMITED = { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_GRAPHQL_LOGIN: '10/minute' };
const TRIES = 200;
const redisUrl = process.env['TEST_REDIS_URL'];

describeWithPostgresql('two nodes under attack at once', () => {
  const programs = usePrograms();
  const postgresql = new OwnPostgresql();
  beforeAll(() => postgresql.create(), 30_000);
  afterAll(() => postgresql.destroy());

  /** How many of all tries reached a password; undefined where the store did not answer in time, and each node counted for itself. */
  async function passing(variables: Variables): Promise<number | undefined> {
    const settings = { DATABASE_URL: postgresql.url, ...LIMITED, ...variables };
    const nodes = [await programs.server(settings).ready(), await programs.server(settings).ready()];
    const tries = Array.from({ length: TRIES }, (_, index) =>
      nodes[index % 2]!.graphql(
        `mutation { login(input: { identifier: "nobody${index}", password: "x" }) { user { id } } }`,
      ),
    );
    const codes = (await Promise.all(tries)).map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(['INVALID_CREDENTIALS', 'RATE_LIMITED']));
    const wasDown = nodes.some(({ stdout }) => stdout.includes('"rate_limit_store_down"'));
    return wasDown ? undefined : codes.filter((code) => code === 'INVALID_CREDENTIALS').length;
  }

  it('should let exactly the limit through, counting in PostgreSQL', async () => {
    expect(await passing({})).toBe(10);
  }, 60_000);

  (redisUrl ? it : it.skip)(
    'should let exactly the limit through, counting in Redis (TEST_REDIS_URL)',
    async () => {
      let passed: number | undefined;
      while (passed === undefined) {
        // A window of its own, for Redis remembers the run before.
        const seconds = 60 + (Date.now() % 10_000);
        passed = await passing({
          REDIS_URL: redisUrl ?? '',
          RATE_LIMIT_GRAPHQL_LOGIN: `10/${seconds} seconds`,
        });
      }
      expect(passed).toBe(10);
    },
    60_000,
  );
});

/** The server the tests run on, or undefined on the embedded database, which has one connection and no locks to wait for. */
export function serverUrl(): string | undefined {
  const { workerDatabase } = globalThis;
  return workerDatabase.kind === 'postgresql' ? workerDatabase.url : undefined;
}

/** `describe` where a PostgreSQL server is configured; elsewhere the tests are skipped, and their name says why. */
export function describeOnPostgreSql(name: string, tests: (url: string) => void): void {
  const url = serverUrl();
  if (url === undefined) {
    describe.skip(`${name} (skipped: set TEST_DATABASE_URL to a PostgreSQL server)`, () => tests(''));
  } else describe(name, () => tests(url));
}

/** @type {import('jest').Config} */
module.exports = {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  globalSetup: '<rootDir>/test/support/build-once.ts',
  testEnvironment: '<rootDir>/test/support/database-environment.ts',
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^@electric-sql/pglite$': '<rootDir>/test/support/pglite.cjs' },
  // For a busy machine; no test waits for time to pass.
  testTimeout: 60_000,
  // Half of the time a worker waits, for a database or a child process.
  maxWorkers: '100%',
};

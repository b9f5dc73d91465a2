// Apollo's gateway, a router in the tests, would send figures about itself to Apollo.
process.env.APOLLO_TELEMETRY_DISABLED = 'true';

/** @type {import('jest').Config} */
module.exports = {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Programs of their own: jest.system.config.cjs.
  testPathIgnorePatterns: ['process', 'browser', 'accessibility'].map((name) => `<rootDir>/test/${name}/`),
  globalSetup: '<rootDir>/test/support/build-once.ts',
  testEnvironment: '<rootDir>/test/support/database-environment.ts',
  runtime: '<rootDir>/test/support/node-runtime.cjs',
  transform: { '^.+\\.ts$': '@swc/jest' },
  // For a busy machine; no test waits for time to pass.
  testTimeout: 60_000,
  // Jest keeps some of each file's modules; a heap of gigabytes takes longer to look through than a new worker to start.
  workerIdleMemoryLimit: '1GB',
  // Half of the time a worker waits, for a database or a child process.
  maxWorkers: '100%',
};

const { availableParallelism } = require('node:os');

/**
 * Tests of whole programs: servers killed and restarted, commands, proxies, browsers. They bring their own databases.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...require('./jest.config.cjs'),
  roots: ['process', 'browser', 'accessibility'].map((name) => `<rootDir>/test/${name}`),
  testPathIgnorePatterns: [],
  // These wait for processes, timeouts and browsers more than the others.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
};

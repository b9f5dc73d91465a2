const Module = require('node:module');
const { join, sep } = require('node:path');
const { default: SandboxRuntime } = require('jest-runtime');

const TESTS = join(__dirname, '..') + sep;
/** Holds the database of the worker. */
const ENVIRONMENT = join(__dirname, 'database-environment.ts');

/** What Jest's matchers know by name (`expect.any(String)`) stays in its sandbox, and has to be what test files know by it. */
// prettier-ignore
const BUILT_IN = { Array, BigInt, Boolean, Date, Error, Function, Map, Number, Object, Promise, RegExp, Set, String, Symbol };

/** By path, for the places of failures: files with the source maps. */
const sourceMaps = new Map();
/** Jest's own, which keeps on disk what it made. */
let transformer;
const TO_COMMONJS = {
  instrument: false,
  supportsDynamicImport: true,
  supportsExportNamespaceFrom: false,
  supportsStaticESM: false,
  supportsTopLevelAwait: false,
};

require.extensions['.ts'] = (module, path) => {
  const { code, sourceMapPath } = transformer.transform(path, TO_COMMONJS);
  sourceMaps.set(path, sourceMapPath);
  module._compile(code, path);
};

// The client's sources name each other as its built files do.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (name, ...others) {
  try {
    return resolveFilename.call(this, name, ...others);
  } catch (error) {
    if (!/^\.\.?\/.*\.js$/.test(name)) throw error;
    return resolveFilename.call(this, name.replace(/\.js$/, '.ts'), ...others);
  }
};

/**
 * Runs test files with Node's own `require`, where Jest would give each of them a sandbox. The service and its packages are
 * loaded once for each worker instead of once for each file, which was two fifths of what a file took. Neither keeps anything
 * from one application to the next: any number of them run in one process. What is in `test/` is loaded anew for each file.
 */
module.exports = class NodeRuntime extends SandboxRuntime {
  constructor(config, environment, resolver, scriptTransformer, ...others) {
    super(config, environment, resolver, scriptTransformer, ...others);
    transformer = scriptTransformer;
    Object.assign(environment.global, BUILT_IN);
  }

  requireModule(path, name) {
    if (name !== undefined || !path.startsWith(TESTS)) return super.requireModule(path, name);
    for (const loaded of Object.keys(require.cache))
      if (loaded.startsWith(TESTS) && loaded !== ENVIRONMENT) delete require.cache[loaded];
    Object.assign(globalThis, this.requireModuleOrMock(path, '@jest/globals'));
    return require(path);
  }

  getSourceMaps() {
    return sourceMaps;
  }
};

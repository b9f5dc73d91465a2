import { execFileSync } from 'node:child_process';

/** The packages whose files a fresh process has loaded after `require(name)`. */
function packagesLoadedBy(name: string): string[] {
  const script = `
    const before = new Set(Object.keys(require.cache));
    require(${JSON.stringify(name)});
    console.log(JSON.stringify(Object.keys(require.cache).filter((file) => !before.has(file))));`;
  const files = JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })) as string[];
  const names = files.map((file) => /.*node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)/.exec(file)?.[1] ?? file);
  return [...new Set(names)].sort();
}

it('should load with graphql-rate-limit nothing that the server has not anyway, but for two small packages', () => {
  const apollo = packagesLoadedBy('@apollo/server');
  const added = packagesLoadedBy('graphql-rate-limit').filter((name) => !apollo.includes(name));
  // graphql-shield is an empty module: see "What we rely on" in docs/security.md.
  expect(added).toEqual(['graphql-rate-limit', 'graphql-shield', 'lodash.get', 'ms']);
});

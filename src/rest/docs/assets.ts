import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The programs of the two pages, each a file of its package. */
export const docsAssets = {
  'swagger-ui.css': 'swagger-ui-dist/swagger-ui.css',
  'swagger-ui-bundle.js': 'swagger-ui-dist/swagger-ui-bundle.js',
  'redoc.standalone.js': 'redoc/bundles/redoc.standalone.js',
} as const;

export type DocsAsset = keyof typeof docsAssets;

/** The copy beside this file, which the build makes; without a build the package's own. */
export function readDocsAsset(name: DocsAsset): Buffer {
  const copy = copyOf(name);
  return readFileSync(existsSync(copy) ? copy : require.resolve(docsAssets[name]));
}

/** So that a server in production need not install two packages with a browser's worth of dependencies. */
export function copyDocsAssets(): void {
  for (const [name, source] of Object.entries(docsAssets)) {
    copyFileSync(require.resolve(source), copyOf(name as DocsAsset));
  }
}

function copyOf(name: DocsAsset): string {
  return path.join(__dirname, name);
}

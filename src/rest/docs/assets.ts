import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pack, type Encodings } from './encodings';

/** The programs of the two pages, each a file of its package. */
export const docsAssets = {
  'swagger-ui.css': 'swagger-ui-dist/swagger-ui.css',
  'swagger-ui-bundle.js': 'swagger-ui-dist/swagger-ui-bundle.js',
  'redoc.standalone.js': 'redoc/bundles/redoc.standalone.js',
} as const;

export type DocsAsset = keyof typeof docsAssets;

const FILE_ENDINGS = { identity: '', br: '.br', gzip: '.gz' } as const;

/** The copies beside this file, which the build makes; without a build the package's own, packed here and now. */
export async function readDocsAsset(name: DocsAsset): Promise<Encodings> {
  if (!existsSync(copyOf(name, 'gzip'))) return pack(await readFile(require.resolve(docsAssets[name])));
  const [identity, br, gzip] = await Promise.all([
    readFile(copyOf(name, 'identity')),
    readFile(copyOf(name, 'br')),
    readFile(copyOf(name, 'gzip')),
  ]);
  return { identity, br, gzip };
}

/** So that a server in production need not install two packages with a browser's worth of dependencies, nor pack them. */
export async function copyDocsAssets(): Promise<void> {
  const names = Object.keys(docsAssets) as DocsAsset[];
  await Promise.all(names.map(copyDocsAsset));
}

/** The packed copies come last, so that an interrupted build starts over. */
async function copyDocsAsset(name: DocsAsset): Promise<void> {
  const source = await readFile(require.resolve(docsAssets[name]));
  if (await isCopied(name, source)) return;
  const packed = await pack(source);
  for (const encoding of ['identity', 'br', 'gzip'] as const)
    await writeFile(copyOf(name, encoding), packed[encoding]);
}

async function isCopied(name: DocsAsset, source: Buffer): Promise<boolean> {
  if (!existsSync(copyOf(name, 'gzip'))) return false;
  // By content: the files of a newer package can have older dates.
  return source.equals(await readFile(copyOf(name, 'identity')));
}

function copyOf(name: DocsAsset, encoding: keyof typeof FILE_ENDINGS): string {
  return path.join(__dirname, `${name}${FILE_ENDINGS[encoding]}`);
}

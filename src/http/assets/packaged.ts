import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pack, type Encodings } from './encodings';

/** The programs of the pages for developers, each a file of its package. */
const packaged = {
  'swagger-ui.css': 'swagger-ui-dist/swagger-ui.css',
  'swagger-ui-bundle.js': 'swagger-ui-dist/swagger-ui-bundle.js',
  'redoc.standalone.js': 'redoc/bundles/redoc.standalone.js',
  'graphiql.min.css': 'graphiql/graphiql.min.css',
  'graphiql.min.js': 'graphiql/graphiql.min.js',
  'react.production.min.js': 'react/umd/react.production.min.js',
  'react-dom.production.min.js': 'react-dom/umd/react-dom.production.min.js',
} as const;

/** What a page must not fetch from elsewhere, by what takes its place. */
const REPLACED = new Map([
  [
    'https://cdn.redoc.ly/redoc/logo-mini.svg',
    'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E',
  ],
]);

export type PackagedAsset = keyof typeof packaged;

const FILE_ENDINGS = { identity: '', br: '.br', gzip: '.gz' } as const;

/** The copies beside this file, which the build makes; without a build the package's own, packed here and now. */
export async function readPackagedAsset(name: PackagedAsset): Promise<Encodings> {
  if (!existsSync(copyOf(name, 'gzip'))) return pack(await readPackage(name));
  const [identity, br, gzip] = await Promise.all([
    readFile(copyOf(name, 'identity')),
    readFile(copyOf(name, 'br')),
    readFile(copyOf(name, 'gzip')),
  ]);
  return { identity, br, gzip };
}

/** So that a server in production need not install packages with a browser's worth of dependencies, nor pack them. */
export async function copyPackagedAssets(): Promise<void> {
  const names = Object.keys(packaged) as PackagedAsset[];
  await Promise.all(names.map(copyPackagedAsset));
}

/** The packed copies come last, so that an interrupted build starts over. */
async function copyPackagedAsset(name: PackagedAsset): Promise<void> {
  const source = await readPackage(name);
  if (await isCopied(name, source)) return;
  const packed = await pack(source);
  for (const encoding of ['identity', 'br', 'gzip'] as const)
    await writeFile(copyOf(name, encoding), packed[encoding]);
}

async function isCopied(name: PackagedAsset, source: Buffer): Promise<boolean> {
  if (!existsSync(copyOf(name, 'gzip'))) return false;
  // By content: the files of a newer package can have older dates.
  return source.equals(await readFile(copyOf(name, 'identity')));
}

function copyOf(name: PackagedAsset, encoding: keyof typeof FILE_ENDINGS): string {
  return path.join(__dirname, `${name}${FILE_ENDINGS[encoding]}`);
}

async function readPackage(name: PackagedAsset): Promise<Buffer> {
  const [packageName = '', ...file] = packaged[name].split('/');
  // By way of its folder: not every package exports the file that it is there for.
  const folder = path.dirname(require.resolve(`${packageName}/package.json`));
  const source = await readFile(path.join(folder, ...file));
  const found = [...REPLACED].filter(([foreign]) => source.includes(foreign));
  if (found.length === 0) return source;
  return Buffer.from(
    found.reduce((text, [foreign, ours]) => text.replaceAll(foreign, ours), source.toString()),
  );
}

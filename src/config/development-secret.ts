import { randomBytes } from 'node:crypto';
import { linkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from './configuration-error';
import { makeDirectory } from './make-directory';
import { unusableDataDirectory } from './places';
import { hasCode, readFileIfExists } from './read-file-if-exists';

const secretBytes = 32;
const secretFormat = /^[0-9a-f]{64}$/;

/**
 * The signing key for starts outside production that name none: 256 random bits in hexadecimal, made once and kept in
 * `<dataDir>/jwt-secret`, readable for its owner only, so that tokens outlive a restart.
 *
 * Throws ConfigurationError when the directory cannot be used or the file holds something else.
 */
export function resolveDevelopmentSecret(dataDir: string): string {
  const file = path.join(dataDir, 'jwt-secret');
  try {
    return readSecret(file) ?? createSecret(file);
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw cause;
    throw unusableDataDirectory(dataDir, cause);
  }
}

function readSecret(file: string): string | undefined {
  const content = readFileIfExists(file)?.trim();
  if (content === undefined || secretFormat.test(content)) return content;
  const problem = {
    variable: 'JWT_SECRET_KEY',
    rule: `is not set, and the key generated in ${file} is damaged: delete that file (all tokens end) or set your own key`,
    example: 'JWT_SECRET_KEY=<output of: openssl rand -hex 32>',
  };
  throw new ConfigurationError([problem]);
}

/** The file gets its name only once it is complete; of two starters the first wins and the second reads its key. */
function createSecret(file: string): string {
  makeDirectory(path.dirname(file), 0o700);
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  try {
    writeFileSync(draft, `${randomBytes(secretBytes).toString('hex')}\n`, {
      flag: 'wx',
      mode: 0o600,
      flush: true,
    });
    linkSync(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const secret = readSecret(file);
  if (secret === undefined) throw new Error(`${file} vanished, or is a link to nothing`);
  return secret;
}

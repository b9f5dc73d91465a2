import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError, systemReason } from '../../config';

export const BUILT_IN_DIRECTORY = path.resolve(__dirname, '../../../templates/mail');

/** Notes beside the templates, and what an operator's own templates include. */
const NOT_REPLACING = /^(\.|_|README)/;
const MAX_NAMED = 5;

/**
 * A file of a name that no mail has would never be used, and nobody would know.
 * @param directory MAIL_TEMPLATES_DIR
 * @throws ConfigurationError for a directory that cannot be read, and for files that replace nothing
 */
export function checkOwnTemplates(directory: string | undefined): void {
  if (directory === undefined) return;
  const known = new Set(filesIn(BUILT_IN_DIRECTORY));
  const unused = ownFiles(directory).filter((file) => !known.has(file));
  if (unused.length === 0) return;
  const named = unused.slice(0, MAX_NAMED).join(', ') + (unused.length > MAX_NAMED ? ', …' : '');
  const fits = [...known].filter((name) => name.endsWith('.html.liquid')).slice(0, 1);
  throw refusal(
    `holds files that replace nothing (${named}): names are those of templates/mail, like ${fits.join()} or texts/en.json; what your templates include begins with _`,
  );
}

function ownFiles(directory: string): string[] {
  try {
    return filesIn(directory).filter((file) => !NOT_REPLACING.test(path.basename(file)));
  } catch (cause) {
    throw refusal(
      `must be a readable directory, and ${path.resolve(directory)} is not (${systemReason(cause)})`,
      cause,
    );
  }
}

/** Paths below the directory, with `/` between their parts. */
function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      path.relative(directory, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
    )
    .sort();
}

function refusal(rule: string, cause?: unknown): ConfigurationError {
  const problem = { variable: 'MAIL_TEMPLATES_DIR', rule, example: 'MAIL_TEMPLATES_DIR=/etc/gateway/mail' };
  return new ConfigurationError([problem], { cause });
}

import { tlsProblem } from './database-tls';
import { parsedBy, type Kind } from './kinds';

/** The parts of a database URL, decoded, in the order of the variables DB_HOST … DB_NAME. */
export interface DatabaseParts {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly name: string;
}

export const defaultPostgresqlPort = 5_432;

/** The value begins with `postgresql://`, whatever driver the text names (`postgresql+asyncpg://`). */
export const databaseUrl: Kind<string> = {
  schema: parsedBy((text, explain) => {
    if (/^(sqlite|mysql|mariadb)\b/i.test(text)) {
      explain('must be a PostgreSQL URL, or empty for the embedded database: no other database is supported');
      return undefined;
    }
    return parseDatabaseUrl(text, explain);
  }),
  rule: 'like postgresql://user:password@host:5432/database, special characters in it percent-encoded',
};

/** Each of the values is as `databaseUrl` has it. */
export const databaseUrls: Kind<readonly string[]> = {
  schema: parsedBy((text, explain) => {
    const urls = text.split(',').map((part) => parseDatabaseUrl(part, explain));
    if (!urls.every((url) => url !== undefined)) return undefined;
    if (new Set(urls).size === urls.length) return urls;
    explain('must name each replica once');
    return undefined;
  }),
  rule: 'a comma separated list of URLs like postgresql://user:password@host:5432/database, special characters in them percent-encoded (a comma is %2C)',
};

function parseDatabaseUrl(text: string, explain: (why: string) => void): string | undefined {
  const url = text.trim().replace(/^postgres(ql)?(\+\w+)?:\/\//i, 'postgresql://');
  if (!url.startsWith('postgresql://') || !isComplete(url)) return undefined;
  const problem = tlsProblem(new URL(url));
  if (problem === undefined) return url;
  explain(problem);
  return undefined;
}

/** Takes a URL that `databaseUrl` has accepted. */
export function splitDatabaseUrl(text: string): DatabaseParts {
  const url = new URL(text);
  return {
    host: url.hostname,
    port: url.port ? Number(url.port) : defaultPostgresqlPort,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    name: decodeURIComponent(url.pathname.slice(1)),
  };
}

/** The opposite of `splitDatabaseUrl`. */
export function joinDatabaseUrl({ host, port, user, password, name }: DatabaseParts): string {
  const credentials = [user, ...(password ? [password] : [])].map(encodeURIComponent).join(':');
  return `postgresql://${credentials}@${host}:${port}/${encodeURIComponent(name)}`;
}

function isComplete(text: string): boolean {
  // A `#` or `/` in a password that is not encoded would silently cut the URL short.
  if (!URL.canParse(text) || text.includes('#')) return false;
  try {
    const { host, name } = splitDatabaseUrl(text);
    return host !== '' && name !== '' && !name.includes('/');
  } catch {
    return false; // a stray %
  }
}

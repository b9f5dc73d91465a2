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
    const url = text.trim().replace(/^postgres(ql)?(\+\w+)?:\/\//i, 'postgresql://');
    if (!url.startsWith('postgresql://') || !isComplete(url)) return undefined;
    const problem = tlsProblem(new URL(url));
    if (problem === undefined) return url;
    explain(problem);
    return undefined;
  }),
  rule: 'like postgresql://user:password@host:5432/database, special characters in it percent-encoded',
};

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

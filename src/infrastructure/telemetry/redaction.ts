import { types } from 'node:util';
import { printable, printableValue } from './printable';

const MASK = '***';
const MAX_DEPTH = 6;

// Keys whose values are secrets wherever they appear. Matched on the key without "_" and "-", in lower case.
const SECRET_KEY = /password|passwd|secret|token|authorization|cookie|apikey|credential|^code$/;
// Keys that only look like secrets: counts, kinds and error codes are what one searches a log for.
const HARMLESS_KEYS = new Set(['tokentype', 'maxtokens', 'passwordminlength']);

interface Key {
  readonly shown: string;
  readonly isSecret: boolean;
}

// Log lines use the same few names again and again; names from outside may not fill the memory.
const MAX_JUDGED_KEYS = 1000;
const judgedKeys = new Map<string, Key>();

function judge(key: string): Key {
  const judged = judgedKeys.get(key);
  if (judged !== undefined) return judged;
  const plain = key.replace(/[_-]/g, '').toLowerCase();
  const fresh = { shown: printable(key), isSecret: SECRET_KEY.test(plain) && !HARMLESS_KEYS.has(plain) };
  if (judgedKeys.size >= MAX_JUDGED_KEYS) judgedKeys.clear();
  judgedKeys.set(key, fresh);
  return fresh;
}

function isSecretKey(key: string): boolean {
  return judge(key).isSecret;
}

/** A JSON Web Token is shortened, not erased: ten characters tell two tokens apart and are of no use to a thief. */
const JWT = /\beyJ[A-Za-z0-9_-]{7}[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g;
// postgresql://user:password@host
const URL_PASSWORD = /(:\/\/[^\s:/@]*):[^\s/@]+@/g;
const BEARER = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/gi;
/** What the three have in common with no ordinary text: looking once is cheaper than replacing three times. */
const SUSPICIOUS = /eyJ|bearer|basic|:\/\//i;

/** Text without tokens and passwords of URLs, and with what a terminal would obey written out. */
export function redactText(text: string): string {
  const shown = printableValue(text);
  if (!SUSPICIOUS.test(shown)) return shown;
  return shown
    .replace(JWT, (token) => `${token.slice(0, 10)}...`)
    .replace(BEARER, `$1 ${MASK}`)
    .replace(URL_PASSWORD, `$1:${MASK}@`);
}

/** A copy of `value` fit for a log: secrets masked by key at any depth, tokens shortened in any text. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null || types.isDate(value)) return value;
  if (depth >= MAX_DEPTH) return '[...]';
  if (types.isNativeError(value)) return redactError(value, depth);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  const shown: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value))
    define(shown, judge(key).shown, redactEntry(key, item, depth));
  return shown;
}

/** Assigned, the key `__proto__` would be no field of the line, but change what the object is. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true });
  else target[key] = value;
}

function redactEntry(key: string, item: unknown, depth: number): unknown {
  // A number of tokens, or a pair of them by name: the names decide.
  if (key === 'tokens' && (typeof item === 'number' || isRecord(item))) return redact(item, depth + 1);
  const masked = isSecretKey(key) && item !== null && item !== undefined && typeof item !== 'boolean';
  return masked ? MASK : redact(item, depth + 1);
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function redactError(error: Error, depth: number): unknown {
  const shown = isFromDatabase(error)
    ? { message: databaseMessageOf(error), ...namesOf(error), stack: framesOf(error) }
    : { message: error.message, stack: error.stack ?? '' };
  return {
    type: error.name,
    ...shown,
    message: redactText(shown.message),
    ...('code' in error && error.code !== undefined && { code: error.code }),
    stack: redactText(shown.stack),
    ...(error.cause !== undefined && { cause: redact(error.cause, depth + 1) }),
  };
}

/** What pg, knex and MikroORM throw; the message of such an error can begin with a statement and all its values. */
interface DatabaseError extends Error {
  readonly code?: unknown;
  /** What the server or the driver said, before the statement came in front of it; see driver-messages.ts. */
  readonly driverMessage?: unknown;
}

function isFromDatabase(error: Error): error is DatabaseError {
  return 'driverMessage' in error || 'severity' in error || 'sqlState' in error;
}

/** SQLSTATE classes whose messages quote names of the schema; those of others can quote values. */
const QUOTES_NAMES = /^(?:08|23|25|28|3D|40|42(?!601)|53|55|57)/;
const STATEMENT_MARK = ' - ';

function databaseMessageOf({ code, driverMessage, message }: DatabaseError): string {
  // A message that knex never saw comes from connecting, before there was any statement.
  if (typeof driverMessage !== 'string' && message.includes(STATEMENT_MARK)) return MASK;
  const said = typeof driverMessage === 'string' ? driverMessage : message;
  const quotesValues = typeof code === 'string' && !QUOTES_NAMES.test(code);
  return quotesValues ? said.replace(/".*"/s, `"${MASK}"`) : said;
}

/** What the server names of the schema beside its message. */
function namesOf(error: object): Record<string, string> {
  const names = ['table', 'column', 'constraint'].map((key) => [
    key,
    (error as Record<string, unknown>)[key],
  ]);
  return Object.fromEntries(names.filter(([, name]) => typeof name === 'string')) as Record<string, string>;
}

/** A stack without the message that it begins with. */
function framesOf(error: Error): string {
  const { stack = '', message } = error;
  // The message can have lines that look like frames.
  const start = stack.indexOf(message);
  return stack
    .slice(start < 0 ? 0 : start + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}

/** A request's path and query with secret parameters masked; what cannot be read keeps its path only. */
export function redactUrl(url: string): string {
  // A fragment too: the router takes it for a query, although no client should send one.
  const queryStart = url.search(/[?#]/);
  if (queryStart < 0) return redactText(url);
  const query = new URLSearchParams(url.slice(queryStart + 1));
  for (const key of new Set(query.keys())) {
    if (isSecretKey(key)) query.set(key, MASK);
    // A GET operation's variables are JSON inside one parameter.
    else if (key === 'variables' || key === 'query' || key === 'extensions') query.set(key, '...');
  }
  return redactText(`${url.slice(0, queryStart)}?${query.toString()}`);
}

import { createHash, createSecretKey, randomUUID } from 'node:crypto';
import { sign, type JwtPayload } from 'jsonwebtoken';

/** What the servers sign with; nothing else knows it. */
export const JWT_SECRET_KEY = 'only-for-benchmarks-0123456789-abcdefghij';
export const PASSWORD = 'Correct-Horse-7';

const TOKEN_SECONDS = 12 * 60 * 60;
const key = createSecretKey(Buffer.from(JWT_SECRET_KEY));

/** Whose chain of refresh tokens it is: the gateway and the baseline rotate sessions of their own. */
export type Chain = 'gateway' | 'baseline';

export interface Person {
  readonly number: number;
  readonly id: number;
  readonly email: string;
  readonly accessToken: string;
  /** Ready for a header. */
  readonly authorization: string;
  /** For X-Forwarded-For: everybody comes from an address of their own. */
  readonly address: string;
  /** The latest of each session; whoever rotates one writes down the next. */
  readonly refreshTokens: Record<Chain, string>;
}

/**
 * The people of a seeded database, numbered from 1. Their ids and tokens follow from the number by the same formulas here and
 * in the seed's SQL, so that nobody has to sign in a million times.
 */
export class People {
  readonly #known = new Map<number, Person>();

  /**
   * @param asking how many of them ask in turn at most
   * @param template the claims of a real access token, whose owner has the id before that of number 1
   */
  constructor(
    readonly count: number,
    private readonly asking: number,
    private readonly template: JwtPayload,
  ) {}

  /** Answers `asking` people in turn, evenly spread over all. */
  inTurn(asking = this.asking): () => Person {
    const distinct = Math.min(asking, this.asking, this.count);
    let turn = 0;
    return () => {
      const person = this.person(Math.floor((turn * this.count) / distinct) + 1);
      turn = (turn + 1) % distinct;
      return person;
    };
  }

  person(number: number): Person {
    const known = this.#known.get(number);
    if (known) return known;
    const id = Number(this.template['id']) + number;
    const accessToken = this.#sign(number, id);
    const person: Person = {
      number,
      id,
      email: emailOf(number),
      accessToken,
      authorization: `Bearer ${accessToken}`,
      address: `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`,
      refreshTokens: {
        gateway: firstRefreshToken('gateway', number),
        baseline: firstRefreshToken('baseline', number),
      },
    };
    this.#known.set(number, person);
    return person;
  }

  #sign(number: number, id: number): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...this.template,
      id,
      sub: String(id),
      sid: sessionId('gateway', number),
      username: usernameOf(number),
      jti: randomUUID(),
      iat: now,
      exp: now + TOKEN_SECONDS,
    };
    return sign(claims, key);
  }
}

export function emailOf(number: number): string {
  return `person${number}@example.com`;
}

function usernameOf(number: number): string {
  return `person${number}`;
}

/** As PostgreSQL's `md5(…)::uuid`: spread over the index like the random ones of real sessions. */
function sessionId(chain: Chain, number: number): string {
  const digest = createHash('md5').update(`${chain}-${number}`).digest('hex');
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** As long as a real one. */
function firstRefreshToken(chain: Chain, number: number): string {
  return `${chain}-${number}`.padEnd(43, '_');
}

import { timingSafeEqual } from 'node:crypto';
import { LockMode } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../../foundation/clock';
import type { OneTimeSecrets } from '../../infrastructure/crypto/one-time-secrets';
import { OneTimeToken, type TokenPurpose } from './one-time-token.entity';

/** Wrong tries after which a code is dead: five chances in a million. */
export const MAX_CODE_ATTEMPTS = 5;

export type LinkPurpose = Exclude<TokenPurpose, 'verify_email'>;

/** Codes and links that prove access to a mailbox: single use, short-lived, one live per user and purpose. */
export class OneTimeTokens {
  constructor(
    private readonly secrets: OneTimeSecrets,
    private readonly clock: Clock,
  ) {}

  /** A new code for verifying the email address; the one before it dies. */
  async issueCode(em: SqlEntityManager, userId: number, ttlSeconds: number): Promise<string> {
    const code = this.secrets.newCode();
    await this.#replace(em, userId, 'verify_email', this.secrets.hash(codeScope(userId), code), ttlSeconds);
    return code;
  }

  /** A new token for a link; the one before it dies. */
  async issueLinkToken(
    em: SqlEntityManager,
    userId: number,
    purpose: LinkPurpose,
    ttlSeconds: number,
  ): Promise<string> {
    const token = this.secrets.newLinkToken();
    await this.#replace(em, userId, purpose, this.secrets.hash(purpose, token), ttlSeconds);
    return token;
  }

  /**
   * Uses up the code when it is right, and a try when it is wrong. The caller must let its transaction commit either way,
   * or wrong tries would not count.
   */
  async redeemCode(em: SqlEntityManager, userId: number, code: string): Promise<boolean> {
    const token = await em.findOne(
      OneTimeToken,
      { user: userId, purpose: 'verify_email' },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!token || !this.#isLive(token) || token.attempts >= MAX_CODE_ATTEMPTS) return false;
    if (!timingSafeEqual(token.secretHash, this.secrets.hash(codeScope(userId), code))) {
      token.attempts += 1;
      return false;
    }
    token.usedAt = this.clock.now();
    return true;
  }

  /** Whose link this is, without using it up; undefined for one that is wrong, used or expired. */
  async ownerOfLink(em: SqlEntityManager, purpose: LinkPurpose, token: string): Promise<number | undefined> {
    const found = await em.findOne(OneTimeToken, { secretHash: this.secrets.hash(purpose, token), purpose });
    return found && this.#isLive(found) ? found.user.id : undefined;
  }

  /** Uses up the link, and tells whose it is; undefined for one that is wrong, used or expired. */
  async redeemLink(em: SqlEntityManager, purpose: LinkPurpose, token: string): Promise<number | undefined> {
    const found = await em.findOne(
      OneTimeToken,
      { secretHash: this.secrets.hash(purpose, token), purpose },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
    );
    if (!found || !this.#isLive(found)) return undefined;
    found.usedAt = this.clock.now();
    return found.user.id;
  }

  /** When the user last used a link for this; null when it was not the last one. */
  async lastUse(em: SqlEntityManager, userId: number, purpose: TokenPurpose): Promise<Date | null> {
    return (await em.findOne(OneTimeToken, { user: userId, purpose }))?.usedAt ?? null;
  }

  /** Makes the secrets of these purposes useless. */
  async revoke(em: SqlEntityManager, userId: number, ...purposes: TokenPurpose[]): Promise<void> {
    await em.nativeDelete(OneTimeToken, { user: userId, purpose: { $in: purposes } });
  }

  async #replace(
    em: SqlEntityManager,
    userId: number,
    purpose: TokenPurpose,
    secretHash: Buffer,
    ttlSeconds: number,
  ): Promise<void> {
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + ttlSeconds * 1000);
    await em
      .createQueryBuilder(OneTimeToken)
      .insert({ user: userId, purpose, secretHash, attempts: 0, expiresAt, usedAt: null, createdAt: now })
      .onConflict(['user_id', 'purpose'])
      .merge(['secretHash', 'attempts', 'expiresAt', 'usedAt', 'createdAt'])
      .execute();
  }

  #isLive(token: OneTimeToken): boolean {
    return token.usedAt === null && token.expiresAt > this.clock.now();
  }
}

/** Codes are short, so that two users may well have the same: the user is part of what is hashed. */
function codeScope(userId: number): string {
  return `verify_email:${userId}`;
}

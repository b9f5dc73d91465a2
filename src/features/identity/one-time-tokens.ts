import { LockMode } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Clock } from '../../foundation/clock';
import type { OneTimeSecrets } from '../../infrastructure/crypto/one-time-secrets';
import { OneTimeToken, type TokenPurpose } from './one-time-token.entity';
import type { User } from './user.entity';

/** Wrong tries after which a code is dead: five chances in a million. */
export const MAX_CODE_ATTEMPTS = 5;

export type LinkPurpose = Exclude<TokenPurpose, 'verify_email'>;

/** What a new secret is for. The caller has locked the user's row, so that no change of the account comes between. */
export interface IssueOrder {
  readonly userId: number;
  /** The secret proves this mailbox and no other. */
  readonly mailedTo: string;
  readonly ttlSeconds: number;
}

export interface LinkOrder extends IssueOrder {
  readonly purpose: LinkPurpose;
  /** A live link younger than this is mailed once more instead of being replaced. */
  readonly keepForSeconds: number;
}

/** Codes and links that prove access to a mailbox: single use, short-lived, one live per user and purpose. */
export class OneTimeTokens {
  constructor(
    private readonly secrets: OneTimeSecrets,
    private readonly clock: Clock,
  ) {}

  /** A new code for verifying the email address; the one before it dies. */
  async issueCode(em: SqlEntityManager, order: IssueOrder): Promise<string> {
    const code = this.secrets.newCode();
    const secretHash = this.secrets.hash(codeScope(order.userId), code);
    await this.#replace(em, { ...order, purpose: 'verify_email', secretHash, nonce: null });
    return code;
  }

  /**
   * A token for a link. It is derived from a nonce that the row keeps and a key that it does not, so that a young link can
   * be mailed again: nobody kills somebody else's link by asking for another.
   */
  async issueLinkToken(em: SqlEntityManager, order: LinkOrder): Promise<string> {
    const { userId, purpose, mailedTo } = order;
    const known = await em.findOne(OneTimeToken, { user: userId, purpose });
    const keepSinceMs = this.clock.now().getTime() - order.keepForSeconds * 1000;
    const isYoung = known && this.#proves(known, mailedTo) && known.createdAt.getTime() > keepSinceMs;
    if (isYoung && known.nonce) {
      const again = this.secrets.linkTokenAgain(purpose, known.nonce, known.secretHash);
      if (again !== undefined) return again;
    }
    const nonce = this.secrets.newNonce();
    const token = this.secrets.linkToken(purpose, nonce);
    await this.#replace(em, { ...order, secretHash: this.secrets.hash(purpose, token), nonce });
    return token;
  }

  /**
   * Uses up the code when it is right, and a try when it is wrong. The caller must let its transaction commit either way,
   * or wrong tries would not count.
   */
  async redeemCode(em: SqlEntityManager, user: User, code: string): Promise<boolean> {
    const token = await em.findOne(
      OneTimeToken,
      { user: user.id, purpose: 'verify_email' },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
    );
    if (!token || !this.#proves(token, user.email) || token.attempts >= MAX_CODE_ATTEMPTS) return false;
    if (!this.secrets.fits(token.secretHash, codeScope(user.id), code)) {
      token.attempts += 1;
      return false;
    }
    token.usedAt = this.clock.now();
    return true;
  }

  /** Whose link this is, without using it up; undefined for one that is wrong, used or expired. */
  async ownerOfLink(em: SqlEntityManager, purpose: LinkPurpose, token: string): Promise<number | undefined> {
    const found = await em.findOne(OneTimeToken, {
      secretHash: { $in: this.secrets.hashes(purpose, token) },
      purpose,
    });
    return found && this.#isLive(found) ? found.user.id : undefined;
  }

  /** Who used up this link, for a page that is opened once more; undefined for a link that is live, or none of theirs. */
  async userOfUsedLink(
    em: SqlEntityManager,
    purpose: LinkPurpose,
    token: string,
  ): Promise<number | undefined> {
    const found = await em.findOne(OneTimeToken, {
      secretHash: { $in: this.secrets.hashes(purpose, token) },
      purpose,
    });
    return found?.usedAt ? found.user.id : undefined;
  }

  /** Whether it was with this code that the user's address was verified. */
  async isUsedCode(em: SqlEntityManager, userId: number, code: string): Promise<boolean> {
    const token = await em.findOne(OneTimeToken, { user: userId, purpose: 'verify_email' });
    return token?.usedAt != null && this.secrets.fits(token.secretHash, codeScope(userId), code);
  }

  /**
   * Uses up the link. The caller has locked the user's row.
   * @param mailbox the address that the link has to have been mailed to
   * @returns false for a link that is wrong, used, expired, somebody else's or was mailed to another address
   */
  async redeemLink(
    em: SqlEntityManager,
    purpose: LinkPurpose,
    token: string,
    { user, mailbox }: { readonly user: User; readonly mailbox: string | null },
  ): Promise<boolean> {
    const found = await em.findOne(
      OneTimeToken,
      { secretHash: { $in: this.secrets.hashes(purpose, token) }, purpose, user: user.id },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
    );
    if (!found || !this.#proves(found, mailbox)) return false;
    found.usedAt = this.clock.now();
    return true;
  }

  /** Makes the secrets of these purposes useless. */
  async revoke(em: SqlEntityManager, userId: number, purposes: readonly TokenPurpose[]): Promise<void> {
    await em.nativeDelete(OneTimeToken, { user: userId, purpose: { $in: [...purposes] }, usedAt: null });
  }

  async #replace(
    em: SqlEntityManager,
    order: IssueOrder & {
      readonly purpose: TokenPurpose;
      readonly secretHash: Buffer;
      readonly nonce: Buffer | null;
    },
  ): Promise<void> {
    const now = this.clock.now();
    const { userId, purpose, mailedTo, secretHash, nonce } = order;
    const expiresAt = new Date(now.getTime() + order.ttlSeconds * 1000);
    const row = { user: userId, purpose, secretHash, mailedTo, nonce, attempts: 0, expiresAt, usedAt: null };
    await em
      .createQueryBuilder(OneTimeToken)
      .insert({ ...row, createdAt: now })
      .onConflict(['user_id', 'purpose'])
      .merge(['secretHash', 'mailedTo', 'nonce', 'attempts', 'expiresAt', 'usedAt', 'createdAt'])
      .execute();
  }

  #isLive(token: OneTimeToken): boolean {
    return token.usedAt === null && token.expiresAt > this.clock.now();
  }

  #proves(token: OneTimeToken, mailbox: string | null): boolean {
    return mailbox !== null && token.mailedTo === mailbox && this.#isLive(token);
  }
}

/** Codes are short, so that two users may well have the same: the user is part of what is hashed. */
function codeScope(userId: number): string {
  return `verify_email:${userId}`;
}

import { LockMode } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { hashToken } from '../../infrastructure/crypto/token-signer';
import type { User } from '../account';
import { RefreshToken } from './refresh-token.entity';
import type { Session } from './session.entity';

/** How many links of a chain one answer follows: each stands for one lost answer within the grace period. */
const MAX_CHAIN_STEPS = 10;

/** What became of a refresh token that somebody presented. */
export type Rotation =
  | {
      readonly kind: 'rotated';
      readonly user: User;
      readonly sessionId: string;
      readonly refreshToken: string;
    }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'reused'; readonly sessionId: string; readonly userId: number };

export interface RotationTerms {
  readonly successorOf: (refreshToken: string) => string;
  readonly now: Date;
  /** When the session ends unless it is used again. */
  readonly expiresAt: Date;
  readonly reuseGraceMs: number;
}

/** Exchanges a refresh token for its successor, inside the caller's transaction. */
export async function rotate(
  em: SqlEntityManager,
  refreshToken: string,
  terms: RotationTerms,
): Promise<Rotation> {
  const presented = await lockToken(em, refreshToken);
  if (!presented) return { kind: 'unknown' };
  const { session } = presented;
  if (session.revokedAt || !session.user.isActive) return { kind: 'unknown' };
  if (session.expiresAt <= terms.now) return { kind: 'expired' };

  if (!presented.spentAt) {
    spend(em, presented, refreshToken, terms);
    return rotatedTo(terms.successorOf(refreshToken), session);
  }
  const successor = await findUnspentSuccessor(em, presented, refreshToken, terms);
  if (successor.kind === 'unspent') return rotatedTo(successor.token, session);
  if (successor.kind === 'broken') return { kind: 'unknown' };
  session.revokedAt = terms.now;
  return { kind: 'reused', sessionId: session.id, userId: session.user.id };
}

function rotatedTo(refreshToken: string, session: Session): Rotation {
  return { kind: 'rotated', user: session.user, sessionId: session.id, refreshToken };
}

/** Locks the token and its session, so that rotations of one chain follow one another and each sees the one before. */
async function lockToken(em: SqlEntityManager, refreshToken: string): Promise<RefreshToken | null> {
  return em
    .createQueryBuilder(RefreshToken, 't')
    .innerJoinAndSelect('t.session', 's')
    .innerJoinAndSelect('s.user', 'u')
    .where({ tokenHash: hashToken(refreshToken) })
    .setLockMode(LockMode.PESSIMISTIC_WRITE, ['t', 's'])
    .getSingleResult();
}

type Successor =
  | { readonly kind: 'unspent'; readonly token: string }
  | { readonly kind: 'stolen' }
  | { readonly kind: 'broken' };

/**
 * The unspent token that followed a spent one within the grace period: the first successor, or a later one when several
 * answers in a row were lost.
 */
async function findUnspentSuccessor(
  em: SqlEntityManager,
  presented: RefreshToken,
  refreshToken: string,
  terms: RotationTerms,
): Promise<Successor> {
  let link: RefreshToken | null = presented;
  let token = refreshToken;
  for (let step = 0; step < MAX_CHAIN_STEPS; step += 1) {
    // The secret that successors are derived from has changed since: no theft, but no way on either.
    if (!link) return { kind: 'broken' };
    if (!link.spentAt) return { kind: 'unspent', token };
    if (terms.now.getTime() - link.spentAt.getTime() > terms.reuseGraceMs) return { kind: 'stolen' };
    token = terms.successorOf(token);
    link = await em.findOne(RefreshToken, { tokenHash: hashToken(token) });
  }
  return { kind: 'broken' };
}

function spend(
  em: SqlEntityManager,
  presented: RefreshToken,
  refreshToken: string,
  terms: RotationTerms,
): void {
  const { session } = presented;
  const replacedBy = hashToken(terms.successorOf(refreshToken));
  em.create(RefreshToken, { tokenHash: replacedBy, session, issuedAt: terms.now });
  presented.spentAt = terms.now;
  presented.replacedBy = replacedBy;
  session.lastUsedAt = terms.now;
  session.expiresAt = terms.expiresAt;
}

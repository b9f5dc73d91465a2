import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { hashToken, type TokenSigner } from '../../infrastructure/crypto/token-signer';
import type { UserProfile } from '../identity';
import { RefreshToken } from './refresh-token.entity';
import type { Session } from './session.entity';

/**
 * How far behind an honest client can be within the grace period. Whoever loses an answer repeats the token it has, which
 * moves the chain on by nothing: a step takes another tab that got the answer and used it. Somebody reloads once a second at
 * most, and the grace period has ten of them by default; whoever is quicker is a program that wants the chain to grow.
 */
const MAX_LOST_STEPS = 10;

/** What became of a refresh token that somebody presented. */
export type Rotation =
  | {
      readonly kind: 'rotated';
      readonly user: UserProfile;
      readonly sessionId: string;
      readonly refreshToken: string;
      readonly expiresAt: Date;
    }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'reused'; readonly sessionId: string; readonly userId: number };

export interface RotationTerms {
  readonly signer: Pick<TokenSigner, 'successorOf' | 'successorWithHash'>;
  readonly now: Date;
  /** When a session that is used now ends unless it is used again. */
  readonly endOf: (session: Session) => Date;
  readonly reuseGraceMs: number;
}

/** Exchanges a refresh token for its successor, inside the caller's transaction, whatever has become of it. */
export async function rotate(
  em: SqlEntityManager,
  refreshToken: string,
  terms: RotationTerms,
): Promise<Rotation> {
  const presented = await lockToken(em, refreshToken);
  if (!presented) return { kind: 'unknown' };
  const { session } = presented;
  if (session.revokedAt || !session.user.isActive) return { kind: 'unknown' };
  // Its time may have been set when sessions were allowed to live longer.
  if (session.expiresAt <= terms.now || terms.endOf(session) <= terms.now) return { kind: 'expired' };

  if (!presented.spentAt) {
    spend(em, presented, refreshToken, terms);
    return rotatedTo(terms.signer.successorOf(refreshToken), session);
  }
  const successor = await findUnspentSuccessor(em, presented, refreshToken, terms);
  if (successor.kind === 'unspent') return rotatedTo(successor.token, session);
  if (successor.kind === 'broken') return { kind: 'unknown' };
  session.revokedAt = terms.now;
  return { kind: 'reused', sessionId: session.id, userId: session.user.id };
}

function rotatedTo(refreshToken: string, session: Session): Rotation {
  const { user, id: sessionId, expiresAt } = session;
  return { kind: 'rotated', user, sessionId, refreshToken, expiresAt };
}

const LOCK_SESSION = `
  select id from sessions where id = (select session_id from refresh_tokens where token_hash = ?) for update`;

/**
 * Locks the token's session, which everybody does first who writes to its chain; so rotations of one chain follow one
 * another, and each sees the one before: what is read after the lock is as it is now.
 */
async function lockToken(em: SqlEntityManager, refreshToken: string): Promise<RefreshToken | null> {
  const tokenHash = hashToken(refreshToken);
  await em.execute(LOCK_SESSION, [tokenHash]);
  return em
    .createQueryBuilder(RefreshToken, 't')
    .innerJoinAndSelect('t.session', 's')
    .innerJoinAndSelect('s.user', 'u')
    .where({ tokenHash })
    .getSingleResult();
}

type Successor =
  | { readonly kind: 'unspent'; readonly token: string }
  | { readonly kind: 'stolen' }
  | { readonly kind: 'broken' };

/**
 * The unspent token that followed a spent one within the grace period: the first successor, or a later one when several
 * answers in a row were lost. More of them than can be lost are a thief's.
 */
async function findUnspentSuccessor(
  em: SqlEntityManager,
  presented: RefreshToken,
  refreshToken: string,
  terms: RotationTerms,
): Promise<Successor> {
  let link = presented;
  let token = refreshToken;
  for (let step = 0; step <= MAX_LOST_STEPS; step += 1) {
    if (!link.spentAt) return { kind: 'unspent', token };
    // Either way: a clock that was set back must not lengthen it.
    const sinceMs = Math.abs(terms.now.getTime() - link.spentAt.getTime());
    if (sinceMs > terms.reuseGraceMs) return { kind: 'stolen' };
    const { replacedBy }: RefreshToken = link;
    const next = replacedBy === null ? undefined : terms.signer.successorWithHash(token, replacedBy);
    const found = replacedBy === null ? null : await em.findOne(RefreshToken, { tokenHash: replacedBy });
    // The key that successors were derived from is gone: no theft, but no way on either.
    if (next === undefined || !found) return { kind: 'broken' };
    [link, token] = [found, next];
  }
  return { kind: 'stolen' };
}

function spend(
  em: SqlEntityManager,
  presented: RefreshToken,
  refreshToken: string,
  terms: RotationTerms,
): void {
  const { session } = presented;
  const replacedBy = hashToken(terms.signer.successorOf(refreshToken));
  em.create(RefreshToken, { tokenHash: replacedBy, session, issuedAt: terms.now });
  presented.spentAt = terms.now;
  presented.replacedBy = replacedBy;
  session.lastUsedAt = terms.now;
  session.expiresAt = terms.endOf(session);
}

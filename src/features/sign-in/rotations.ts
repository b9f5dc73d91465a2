import type { RefreshTokenConfig, SessionsConfig } from '../../config';
import type { Clock } from '../../foundation/clock';
import { hashToken, type TokenSigner } from '../../infrastructure/crypto/token-signer';
import type { Database } from '../../infrastructure/database/database';
import { rotate, type Rotation } from './rotation';
import { rotateAtOnce } from './rotation.statement';
import { sessionEnd } from './session.rules';

export interface RotationParts {
  readonly database: Database;
  readonly signer: TokenSigner;
  readonly refreshTokens: RefreshTokenConfig;
  readonly limits: SessionsConfig;
  readonly clock: Clock;
}

/** Exchanges refresh tokens: in one statement where all is well, and with a closer look where it may not be. */
export class Rotations {
  constructor(private readonly parts: RotationParts) {}

  /** @throws AppError SERVICE_UNAVAILABLE */
  async exchange(refreshToken: string): Promise<Rotation> {
    const { database, signer, limits } = this.parts;
    const now = this.parts.clock.now();
    const successor = signer.successorOf(refreshToken);
    const rotated = await rotateAtOnce(database, {
      tokenHash: hashToken(refreshToken),
      successorHash: hashToken(successor),
      now,
      idleEnd: new Date(now.getTime() + limits.idleSeconds * 1000),
      maxSeconds: limits.maxSeconds,
    });
    switch (rotated.kind) {
      case 'rotated':
        return { ...rotated, refreshToken: successor };
      case 'unknown':
        return rotated;
      case 'look-closer':
        return this.#lookCloser(refreshToken, now);
    }
  }

  #lookCloser(refreshToken: string, now: Date): Promise<Rotation> {
    const { database, signer, refreshTokens, limits } = this.parts;
    return database.unitOfWork((em) =>
      rotate(em, refreshToken, {
        signer,
        now,
        endOf: ({ createdAt }) => sessionEnd(limits, createdAt, now),
        reuseGraceMs: refreshTokens.reuseGraceSeconds * 1000,
      }),
    );
  }
}

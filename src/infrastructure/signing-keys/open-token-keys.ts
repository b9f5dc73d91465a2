import { isSecretAlgorithm, type JwtConfig } from '../../config';
import type { Clock } from '../../foundation/clock';
import type { Keys } from '../crypto/keys';
import type { Database } from '../database/database';
import type { RecentReadsConfig } from '../database/recent-reads';
import type { Logger } from '../telemetry/logger';
import { KeyAdministration } from './key-administration';
import { KeyKeeper } from './key-keeper';
import { KeyRing } from './key-ring';
import { KeySealing } from './key-sealing';
import { KeyStore } from './key-store';
import { OwnKeys } from './own-keys';
import type { RotationTerms } from './timetable';
import type { TokenKeys } from './token-keys';

export interface OpenTokenKeys {
  readonly tokenKeys: TokenKeys;
  /** Only where the gateway's own pairs sign. */
  readonly keeper: KeyKeeper | undefined;
  readonly keyAdministration: KeyAdministration;
}

interface Parts {
  readonly database: Database;
  readonly keys: Keys;
  readonly recentReads: RecentReadsConfig;
  readonly clock: Clock;
  readonly logger: Logger;
}

function rotationTerms(jwt: JwtConfig): RotationTerms {
  const { algorithm } = jwt;
  return {
    algorithm: isSecretAlgorithm(algorithm) ? undefined : algorithm,
    rotationMs: jwt.keyRotationSeconds * 1000,
    tokenLifeMs: jwt.accessTokenTtlSeconds * 1000,
  };
}

/**
 * The key pairs that the configuration asks for. Where a secret signs there may still be some of before, whose tokens are
 * taken until they end; nobody looks for them until such a token comes.
 */
export function openTokenKeys(
  jwt: JwtConfig,
  { database, keys, recentReads, clock, logger }: Parts,
): OpenTokenKeys {
  const terms = rotationTerms(jwt);
  const store = new KeyStore(database, new KeySealing(keys), clock);
  const ring = new KeyRing(database, store, terms, recentReads, clock);
  const keyAdministration = new KeyAdministration(store, ring, terms, jwt.ownKeys !== undefined, clock);
  if (jwt.ownKeys && terms.algorithm) {
    const tokenKeys = new OwnKeys(jwt.ownKeys, terms.algorithm);
    return { tokenKeys, keeper: undefined, keyAdministration };
  }
  const keeper = terms.algorithm && new KeyKeeper(store, ring, clock, logger);
  return { tokenKeys: ring, keeper, keyAdministration };
}

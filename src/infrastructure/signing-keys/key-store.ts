import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { KeyPairAlgorithm } from '../../config';
import type { Clock } from '../../foundation/clock';
import type { Database } from '../database/database';
import type { PreparedStatement } from '../database/prepared-statements';
import { newKeyPair, publicHalf, publicJwk, type PublicJwk } from './key-pairs';
import type { KeySealing } from './key-sealing';
import { StoredSigningKey } from './signing-key.entity';
import type { KeyTimes } from './timetable';

/** A row, as the driver answers it. */
interface KeyRow {
  readonly kid: string;
  readonly algorithm: KeyPairAlgorithm;
  readonly publicJwk: PublicJwk;
  readonly sealedPrivateKey: Buffer | null;
  readonly createdAt: string;
  readonly activeAt: string;
  readonly retiredAt: string | null;
}

/** What the database holds of a key. */
export interface KeyRecord extends KeyTimes {
  readonly publicJwk: PublicJwk;
  readonly sealedPrivateKey: Buffer | null;
}

const LIST: PreparedStatement = {
  name: 'signing_keys_list',
  sql: `select kid, algorithm, public_jwk as "publicJwk", sealed_private_key as "sealedPrivateKey",
      created_at as "createdAt", active_at as "activeAt", retired_at as "retiredAt"
    from signing_keys order by active_at, kid`,
};

/** Of two nodes that make the key after the same one, the first does, and the other finds it. */
const ADD: PreparedStatement = {
  name: 'signing_keys_add',
  sql: `insert into signing_keys (kid, algorithm, public_jwk, sealed_private_key, follows, created_at, active_at)
    values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning kid`,
};

/** The key pairs in the database, private parts sealed. */
export class KeyStore {
  constructor(
    private readonly database: Database,
    readonly sealing: KeySealing,
    private readonly clock: Clock,
  ) {}

  /** All there are, the oldest first. @throws AppError SERVICE_UNAVAILABLE */
  async list(): Promise<KeyRecord[]> {
    const rows = await this.database.statement<KeyRow>(LIST, []);
    return rows.map((row) => ({
      ...row,
      createdAt: new Date(row.createdAt),
      activeAt: new Date(row.activeAt),
      retiredAt: row.retiredAt === null ? null : new Date(row.retiredAt),
    }));
  }

  /** Makes the key that comes after `last`. @returns false when somebody else did meanwhile, and nothing was made */
  async add(algorithm: KeyPairAlgorithm, last: KeyTimes | undefined, activeAt: Date): Promise<boolean> {
    const privateKey = await newKeyPair(algorithm);
    const jwk = publicJwk(publicHalf(privateKey), algorithm);
    const sealed = this.sealing.seal(privateKey, jwk.kid);
    const made = await this.database.statement(
      ADD,
      [jwk.kid, algorithm, JSON.stringify(jwk), sealed, last?.kid ?? algorithm, this.clock.now(), activeAt],
      'everybody',
    );
    return made.length > 0;
  }

  /** Nothing that it signed is taken any more, and it signs nothing. @returns false for a key that is not there, or retired */
  async retire(kid: string): Promise<boolean> {
    const change = { retiredAt: this.clock.now(), sealedPrivateKey: null };
    return (
      (await this.#write((em) => em.nativeUpdate(StoredSigningKey, { kid, retiredAt: null }, change))) > 0
    );
  }

  async setTurn(kid: string, activeAt: Date): Promise<void> {
    await this.#write((em) => em.nativeUpdate(StoredSigningKey, { kid }, { activeAt }));
  }

  async reseal(kid: string, sealedPrivateKey: Buffer): Promise<void> {
    await this.#write((em) => em.nativeUpdate(StoredSigningKey, { kid }, { sealedPrivateKey }));
  }

  /** What signs no more needs no private part. */
  async wipe(kid: string): Promise<void> {
    await this.#write((em) => em.nativeUpdate(StoredSigningKey, { kid }, { sealedPrivateKey: null }));
  }

  async forget(kid: string): Promise<void> {
    await this.#write((em) => em.nativeDelete(StoredSigningKey, { kid }));
  }

  /** Concerns everybody: what this node remembers of the keys is asked for anew. */
  #write<T>(work: (em: SqlEntityManager) => Promise<T>): Promise<T> {
    return this.database.unitOfWork(work, { concerns: 'everybody' });
  }
}

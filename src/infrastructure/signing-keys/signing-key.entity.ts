import { Entity, PrimaryKey, Property } from '@mikro-orm/core';
import type { KeyPairAlgorithm } from '../../config';
import type { PublicJwk } from './key-pairs';

/** A key pair that signs access tokens, will sign them, or signed tokens that still live. */
@Entity({ tableName: 'signing_keys' })
export class StoredSigningKey {
  /** The thumbprint of the public key. */
  @PrimaryKey({ type: 'string', length: 64 })
  kid!: string;

  @Property({ type: 'string', length: 10 })
  algorithm!: KeyPairAlgorithm;

  @Property({ type: 'json' })
  publicJwk!: PublicJwk;

  /** Sealed; null once it signs no more. */
  @Property({ type: 'blob', nullable: true })
  sealedPrivateKey: Buffer | null = null;

  /** The key before it, or the algorithm for the first: of two nodes that make the next key at once, one does. */
  @Property({ type: 'string', length: 64, unique: 'signing_keys_follows_unique' })
  follows!: string;

  /** Published from then on. */
  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  /** Signs from then on, until the next one does. */
  @Property({ type: 'timestamptz' })
  activeAt!: Date;

  /** Not taken from then on, whatever it signed. */
  @Property({ type: 'timestamptz', nullable: true })
  retiredAt: Date | null = null;
}

import { createPublicKey, type KeyObject } from 'node:crypto';
import { ConfigurationError } from '../../config';
import type { Clock } from '../../foundation/clock';
import type { Database } from '../database/database';
import { RecentReads, type RecentReadsConfig, type RecentRow } from '../database/recent-reads';
import type { PublicJwk } from './key-pairs';
import type { KeyRecord, KeyStore } from './key-store';
import { Timetable, type RotationTerms } from './timetable';
import type { SigningKey, TokenKeys, VerifyingKey } from './token-keys';

interface TakenKey extends VerifyingKey {
  readonly endMs: number;
}

/** What the database said of all keys. */
interface Snapshot extends RecentRow {
  readonly timetable: Timetable<KeyRecord>;
  readonly taken: ReadonlyMap<string, TakenKey>;
}

/** The keys belong to no user. */
const NOBODY = 0;
const ALL = 'all';

/**
 * The gateway's own key pairs, as the database had them a moment ago: the bound is that of revoked sessions, so a key that
 * was retired through one node is refused by the others just as fast, and one that another node made is known.
 */
export class KeyRing implements TokenKeys {
  readonly #recent: RecentReads<typeof ALL, Snapshot>;
  #latest: Snapshot | undefined;
  readonly #privateKeys = new Map<string, KeyObject>();

  constructor(
    database: Database,
    private readonly store: KeyStore,
    private readonly terms: RotationTerms,
    config: RecentReadsConfig,
    private readonly clock: Clock,
  ) {
    const once = { ...config, cacheSize: 1 };
    this.#recent = new RecentReads(database, once, async () => new Map([[ALL, await this.#load()]]));
  }

  get since(): Date | undefined {
    const [first, ...others] = this.#latest?.timetable.keys ?? [];
    return first && new Date(Math.min(...[first, ...others].map(({ createdAt }) => createdAt.getTime())));
  }

  /** As far as this node knows; `reload` is called every second. */
  signing(): SigningKey {
    const key = this.#latest?.timetable.signing(this.clock.now());
    if (!key) throw new Error('There is no key to sign with');
    const { kid, algorithm } = key;
    return { kid, algorithm, privateKey: this.#open(key) };
  }

  find(kid: string): VerifyingKey | undefined | Promise<VerifyingKey | undefined> {
    const snapshot = this.#recent.get(ALL);
    return snapshot instanceof Promise
      ? snapshot.then((answer) => this.#takenIn(answer, kid))
      : this.#takenIn(snapshot, kid);
  }

  async published(): Promise<readonly PublicJwk[]> {
    const snapshot = await this.#recent.get(ALL);
    const now = this.clock.now();
    const { timetable } = snapshot ?? {};
    return (timetable?.keys ?? []).filter((key) => timetable?.isTaken(key, now)).map((key) => key.publicJwk);
  }

  /** Asks the database, unless it was asked a moment ago. @returns what it holds */
  async reload(): Promise<Timetable<KeyRecord>> {
    await this.#recent.get(ALL);
    return this.#latest?.timetable ?? new Timetable([], this.terms);
  }

  #takenIn(snapshot: Snapshot | undefined, kid: string): VerifyingKey | undefined {
    const key = snapshot?.taken.get(kid);
    return key && this.clock.now().getTime() < key.endMs ? key : undefined;
  }

  /** Keys never change: what was parsed once serves for as long as it is there. */
  async #load(): Promise<Snapshot> {
    const timetable = new Timetable(await this.store.list(), this.terms);
    const taken = timetable.keys.map((key): [string, TakenKey] => {
      const { kid, algorithm, publicJwk } = key;
      const publicKey =
        this.#latest?.taken.get(kid)?.publicKey ?? createPublicKey({ key: publicJwk, format: 'jwk' });
      return [kid, { kid, algorithm, publicKey, endMs: timetable.endMs(key) }];
    });
    this.#latest = Object.freeze({ ownerId: NOBODY, timetable, taken: new Map(taken) });
    return this.#latest;
  }

  #open({ kid, sealedPrivateKey }: KeyRecord): KeyObject {
    const known = this.#privateKeys.get(kid);
    if (known) return known;
    const opened = sealedPrivateKey && this.store.sealing.open(sealedPrivateKey, kid);
    if (!opened) throw sealedByAnother(kid);
    this.#privateKeys.set(kid, opened.privateKey);
    return opened.privateKey;
  }
}

function sealedByAnother(kid: string): ConfigurationError {
  const rule = `is not the secret that the signing key ${kid} was encrypted with: name the old one as JWT_PREVIOUS_SECRET_KEY for one start, or make another key with npm run keys -- rotate --in 0`;
  return new ConfigurationError([
    { variable: 'SECRETS_KEY', rule, example: 'JWT_PREVIOUS_SECRET_KEY=<the secret used until now>' },
  ]);
}

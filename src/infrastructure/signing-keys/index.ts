export { KeyAdministration, type ListedKey } from './key-administration';
export { KeyKeeper } from './key-keeper';
export { openTokenKeys } from './open-token-keys';
export { StoredSigningKey } from './signing-key.entity';
export { JWKS_MAX_AGE_SECONDS } from './timetable';
export type { TokenKeys } from './token-keys';

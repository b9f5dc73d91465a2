/** `verify`: whether the certificate must be one of an authority that is known, or named here, for this host. */
export type DatabaseTls =
  | { readonly enabled: false }
  | {
      readonly enabled: true;
      readonly verify: boolean;
      /** The variable that names the files, for complaints about them. */
      readonly variable: string;
      readonly caFile?: string;
      readonly certFile?: string;
      readonly keyFile?: string;
    };

/** What PostgreSQL's own programs take; `no-verify` is node-postgres's word for their `require`. */
const MODES: Readonly<Partial<Record<string, 'off' | 'unverified' | 'verified'>>> = {
  disable: 'off',
  false: 'off',
  '0': 'off',
  'no-verify': 'unverified',
  require: 'verified',
  true: 'verified',
  '1': 'verified',
  'verify-ca': 'verified',
  'verify-full': 'verified',
};

/** `ssl` is how asyncpg writes it. */
const MODE_PARAMETERS = ['sslmode', 'ssl'] as const;
const FILE_PARAMETERS = { sslrootcert: 'caFile', sslcert: 'certFile', sslkey: 'keyFile' } as const;
/** A word of node-postgres's that would make `require` check no certificate. */
const COMPATIBILITY = 'uselibpqcompat';

/** Why the TLS parameters of a database URL are refused, as the end of a sentence; undefined for good ones. */
export function tlsProblem(url: URL): string | undefined {
  const modes = MODE_PARAMETERS.flatMap((name) => url.searchParams.getAll(name));
  if (new Set(modes).size > 1) return 'must name one sslmode';
  if (modes.every((mode) => MODES[mode] !== undefined)) return undefined;
  return 'must have an sslmode of disable, require, verify-ca, verify-full or no-verify: with prefer and allow nobody notices that there is no TLS';
}

/** Takes a URL of `variable` that `tlsProblem` has found nothing wrong with, and the parameters out of it. */
export function splitTls(
  text: string,
  variable: string,
): { readonly url: string; readonly tls: DatabaseTls | undefined } {
  const url = new URL(text);
  const { searchParams } = url;
  const mode = MODE_PARAMETERS.map((name) => searchParams.get(name)).find((value) => value !== null);
  const files = Object.entries(FILE_PARAMETERS).flatMap(([parameter, name]) => {
    const file = searchParams.get(parameter);
    return file === null || file === 'system' ? [] : [[name, file] as const];
  });
  const ours = [...MODE_PARAMETERS, ...Object.keys(FILE_PARAMETERS), COMPATIBILITY];
  if (!ours.some((name) => searchParams.has(name))) return { url: text, tls: undefined };
  for (const name of ours) searchParams.delete(name);
  const kind = MODES[mode ?? 'verify-full'] ?? 'verified';
  const tls: DatabaseTls =
    kind === 'off'
      ? { enabled: false }
      : { enabled: true, verify: kind === 'verified', variable, ...Object.fromEntries(files) };
  return { url: url.href, tls };
}

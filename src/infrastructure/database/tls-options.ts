import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { ConfigurationError, systemReason, type DatabaseTls } from '../../config';

/**
 * How `pg` is told to use TLS; nothing where the configuration does not say.
 * @throws ConfigurationError for a file that cannot be read
 */
export function tlsOptions(tls: DatabaseTls | undefined): { ssl?: false | ConnectionOptions } {
  if (!tls) return {};
  if (!tls.enabled) return { ssl: false };
  const { verify, variable, caFile, certFile, keyFile } = tls;
  return {
    ssl: {
      rejectUnauthorized: verify,
      ...(caFile !== undefined && { ca: read(variable, 'sslrootcert', caFile) }),
      ...(certFile !== undefined && { cert: read(variable, 'sslcert', certFile) }),
      ...(keyFile !== undefined && { key: read(variable, 'sslkey', keyFile) }),
    },
  };
}

function read(variable: string, parameter: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const rule = `names a file in ${parameter} that cannot be read: ${file} (${systemReason(cause)})`;
    const example = `${variable}=postgresql://user:password@db.example.com:5432/auth?sslmode=verify-full`;
    throw new ConfigurationError([{ variable, rule, example }], { cause });
  }
}

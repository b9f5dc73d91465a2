import { readFileSync } from 'node:fs';
import { createSecureContext, Server as TlsServer, type SecureVersion } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { ConfigurationError, systemReason, type TlsConfig } from '../config';
import type { Logger } from '../infrastructure/telemetry/logger';

/** A certificate that ends sooner is told of as a warning: whoever renews them automatically does so earlier. */
const EXPIRY_WARNING_MS = 14 * 24 * 60 * 60 * 1000;

/** What TLS connections are made with: TLS 1.2 and 1.3, with Node's own choice of ciphers. */
export interface TlsSecrets {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly minVersion: SecureVersion;
}

/**
 * Reads the certificate and its key.
 * @throws ConfigurationError for files that cannot be read, are no PEM, or do not belong together
 */
export function readCertificate({ certFile, keyFile }: TlsConfig): TlsSecrets {
  const secrets: TlsSecrets = {
    cert: readPem('SSL_CERTFILE', certFile),
    key: readPem('SSL_KEYFILE', keyFile),
    minVersion: 'TLSv1.2',
  };
  try {
    createSecureContext(secrets);
  } catch (cause) {
    const rule = `must be a PEM certificate and its unencrypted PEM key, and are not (${systemReason(cause)})`;
    throw problem('SSL_CERTFILE and SSL_KEYFILE', rule, cause);
  }
  return secrets;
}

/**
 * Says what is served, and warns of what has ended or soon will.
 * @throws ConfigurationError as `readCertificate` does
 */
export function logCertificate(tls: TlsConfig, logger: Logger): void {
  const { subjectAltName, validTo } = new X509Certificate(readCertificate(tls).cert);
  const endsAt = new Date(validTo);
  const fields = { file: tls.certFile, names: subjectAltName, valid_to: endsAt.toISOString() };
  if (endsAt.getTime() - Date.now() < EXPIRY_WARNING_MS) logger.warn(fields, 'certificate_expires');
  else logger.info(fields, 'certificate_loaded');
}

/**
 * Reads the files once more: new connections get what is in them now, those that are open stay. Files that are wrong
 * change nothing, and are told of.
 */
export function reloadCertificate(
  servers: readonly (FastifyInstance | undefined)[],
  tls: TlsConfig,
  logger: Logger,
): void {
  try {
    const secrets = readCertificate(tls);
    for (const { server } of servers.filter((one) => one !== undefined)) {
      if (server instanceof TlsServer) server.setSecureContext(secrets);
    }
    logCertificate(tls, logger);
  } catch (error) {
    logger.error({ reason: (error as Error).message }, 'certificate_not_reloaded');
  }
}

function readPem(variable: 'SSL_CERTFILE' | 'SSL_KEYFILE', file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw problem(variable, `must be a file that can be read, and is not (${systemReason(cause)})`, cause);
  }
}

function problem(variable: string, rule: string, cause: unknown): ConfigurationError {
  const example = 'SSL_CERTFILE=/etc/gateway/tls/fullchain.pem SSL_KEYFILE=/etc/gateway/tls/privkey.pem';
  return new ConfigurationError([{ variable, rule, example }], { cause });
}

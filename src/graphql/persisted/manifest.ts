import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigurationError, systemReason } from '../../config';

const VARIABLE = 'PERSISTED_OPERATIONS_FILE';

/** Of `@apollo/generate-persisted-query-manifest`. */
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().min(1), body: z.string().min(1) })),
});
/** Of relay-compiler's `persistConfig`: texts by id. */
const relayManifest = z.record(z.string().min(1), z.string().min(1));

/**
 * The texts of a manifest's operations, by the id it gives them and by the SHA-256 of the text, which clients of APQ send.
 * @throws ConfigurationError for a file that cannot be read or is no manifest
 */
export function readManifest(file: string): ReadonlyMap<string, string> {
  const content = parse(file, read(file));
  const apollo = apolloManifest.safeParse(content);
  const relay = apollo.success ? undefined : relayManifest.safeParse(content);
  const entries: readonly (readonly [string, string])[] = apollo.success
    ? apollo.data.operations.map(({ id, body }) => [id, body] as const)
    : Object.entries(relay?.data ?? {});
  if (entries.length === 0)
    throw refusal(`names ${file}, which is no manifest of Apollo's or Relay's compiler`);
  return new Map(entries.flatMap(([id, text]) => [[id, text] as const, [sha256(text), text] as const]));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw refusal(`names a file that cannot be read: ${file} (${systemReason(cause)})`, cause);
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refusal(`names ${file}, which is no JSON`, cause);
  }
}

function refusal(rule: string, cause?: unknown): ConfigurationError {
  const example = `${VARIABLE}=/etc/gateway/persisted-operations.json`;
  return new ConfigurationError([{ variable: VARIABLE, rule, example }], { cause });
}

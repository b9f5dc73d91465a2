/**
 * How long a request takes for an address that has an account, and for one that has none: `npm run bench -- enumeration`.
 * 200 samples each, in pairs, against the built gateway on its embedded database.
 */
import { startGateway } from './stage/gateway';

const SAMPLES = 200;
const KNOWN = 'known@example.com';

async function post(url: string, query: string, variables: object): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  if (text.includes('"errors"')) throw new Error(text);
}

function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

async function measure(url: string, field: string): Promise<void> {
  const query = `mutation ($email: String!) { ${field}(email: $email) }`;
  const times = { known: [] as number[], unknown: [] as number[] };
  // In pairs, so that other work on the machine falls on both alike; who comes first is drawn.
  const order = Array.from({ length: SAMPLES }, () => Math.random() < 0.5).flatMap((first) => [
    first,
    !first,
  ]);
  for (let index = 0; index < 20; index += 1) await post(url, query, { email: `warm${index}@example.com` });
  for (const [index, isKnown] of order.entries()) {
    const email = isKnown ? KNOWN : `nobody${index}@example.com`;
    const start = performance.now();
    await post(url, query, { email });
    (isKnown ? times.known : times.unknown).push(performance.now() - start);
  }
  const [known, unknown] = [median(times.known), median(times.unknown)];
  const difference = (Math.abs(known - unknown) / Math.max(known, unknown)) * 100;
  process.stdout.write(
    `${field}: median known ${known.toFixed(2)} ms, unknown ${unknown.toFixed(2)} ms, difference ${difference.toFixed(1)} %\n`,
  );
}

async function main(): Promise<void> {
  const databaseUrl = process.env['DATABASE_URL'];
  const gateway = await startGateway({
    NODE_ENV: 'test',
    BCRYPT_COST: '4',
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
  });
  try {
    const register = 'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }';
    await post(gateway.url, register, { input: { email: KNOWN, password: 'Correct-Horse-7' } }).catch(
      (error: unknown) => {
        if (!String(error).includes('USER_ALREADY_EXISTS')) throw error;
      },
    );
    await measure(gateway.url, 'requestPasswordReset');
    await measure(gateway.url, 'resendVerification');
  } finally {
    await gateway.stop();
  }
}

void main();

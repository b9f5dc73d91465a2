/**
 * How long a login takes that fails for one reason or another, against a running gateway:
 *
 *   PORT=4700 LOG_FILE= LOG_LEVEL=ERROR RATE_LIMIT_ENABLED=false BCRYPT_COST=10 NODE_ENV=test node dist/main.js &
 *   BENCH_URL=http://127.0.0.1:4700 npm run bench -- login-timing
 */
import { liveToken, send } from '../test/support/fuzz';

const url = process.env['BENCH_URL'] ?? 'http://127.0.0.1:4000';
const SAMPLES = Number(process.env['BENCH_SAMPLES'] ?? 200);
const known = `timing${Date.now()}@example.com`;

async function post(query: string): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const answer = await send(url, {
    method: 'POST',
    path: '/graphql',
    headers,
    body: JSON.stringify({ query }),
  });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.durationMs;
}

const login = (identifier: string, password: string): Promise<number> =>
  post(`mutation { login(input: { identifier: "${identifier}", password: "${password}" }) { user { id } } }`);

const reasons: Readonly<Record<string, () => Promise<number>>> = {
  'wrong password': () => login(known, 'Wrong-Horse-8'),
  'unknown user': () => login('nobody@example.com', 'Wrong-Horse-8'),
  'empty password': () => login(known, ''),
  'too long a password': () => login(known, 'x'.repeat(100)),
};

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}

async function run(): Promise<void> {
  await liveToken(url);
  await post(`mutation { register(input: { email: "${known}", password: "Correct-Horse-7" }) { nextStep } }`);
  const times = Object.entries(reasons).map(([reason, work]) => ({ reason, work, values: [] as number[] }));
  // In turn, so that what else the machine does is shared by all.
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    for (const { work, values } of times) values.push(await work());
  }
  const medians = times.map(({ values }) => median(values));
  for (const [index, { reason, values }] of times.entries()) {
    process.stdout.write(
      `${reason}: median ${(medians[index] ?? 0).toFixed(2)} ms of ${values.length} samples\n`,
    );
  }
  const spread = (Math.max(...medians) / Math.min(...medians) - 1) * 100;
  process.stdout.write(`spread: ${spread.toFixed(2)} %\n`);
}

void run();

/**
 * Sends random inputs to a running gateway and reports each that brings about a 500, a broken connection or a wait of
 * more than a second:
 *
 *   npm run build
 *   PORT=4700 LOG_FILE= LOG_LEVEL=ERROR RATE_LIMIT_ENABLED=false BCRYPT_COST=4 NODE_ENV=test node dist/main.js &
 *   FUZZ_URL=http://127.0.0.1:4700 FUZZ_SEED=1 FUZZ_INPUTS=200000 npm run fuzz
 *
 * What it prints as a fault belongs into test/attack/fuzz-regressions.json.
 */
import fc from 'fast-check';
import { faultOf, liveToken, send } from '../test/support/fuzz';
import { fuzzRequests, type FuzzRequest } from '../test/support/fuzz-inputs';

const url = process.env['FUZZ_URL'] ?? 'http://127.0.0.1:4000';
const total = Number(process.env['FUZZ_INPUTS'] ?? 200_000);
const firstSeed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
const maxSeconds = Number(process.env['FUZZ_SECONDS'] ?? Infinity);
const CHUNK = 1_000;
const AT_ONCE = 32;
const HANG_MS = 1_000;

interface Tally {
  sent: number;
  faults: number;
  slow: number;
  slowestMs: number;
  readonly statuses: Map<number, number>;
}

const tally: Tally = { sent: 0, faults: 0, slow: 0, slowestMs: 0, statuses: new Map() };
const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function tryOne(input: FuzzRequest, token: string, slow: FuzzRequest[]): Promise<void> {
  tally.sent += 1;
  try {
    const answer = await send(url, input, token);
    tally.statuses.set(answer.status, (tally.statuses.get(answer.status) ?? 0) + 1);
    const fault = faultOf(answer);
    if (fault !== undefined) report(fault, input);
    if (answer.durationMs > HANG_MS) slow.push(input);
    tally.slowestMs = Math.max(tally.slowestMs, answer.durationMs);
  } catch (error) {
    report(String(error), input);
  }
}

function report(fault: string, input: FuzzRequest): void {
  tally.faults += 1;
  print(`${fault}: ${JSON.stringify(input)}`);
}

/** Once more and alone: a hang is slow again, a busy machine is not. */
async function tellHangs(slow: readonly FuzzRequest[]): Promise<void> {
  for (const input of slow) {
    const answer = await send(url, input);
    if (answer.durationMs > HANG_MS) report(`hang of ${answer.durationMs.toFixed(0)} ms`, input);
    else tally.slow += 1;
  }
}

async function run(): Promise<void> {
  const startedAt = performance.now();
  for (let seed = firstSeed; tally.sent < total; seed += 1) {
    if (performance.now() - startedAt > maxSeconds * 1000) break;
    const inputs = fc.sample(fuzzRequests, { seed, numRuns: Math.min(CHUNK, total - tally.sent) });
    const slow: FuzzRequest[] = [];
    const token = await liveToken(url);
    const worker = async (): Promise<void> => {
      for (let input = inputs.pop(); input; input = inputs.pop()) await tryOne(input, token, slow);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await tellHangs(slow);
  }
  const { statuses, ...counts } = tally;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  print(JSON.stringify({ firstSeed, seconds, ...counts, statuses: Object.fromEntries(statuses) }));
  process.exitCode = tally.faults > 0 ? 1 : 0;
}

void run();

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { faultOf, liveToken, send } from '../support/fuzz';
import { fuzzRequests, type FuzzRequest } from '../support/fuzz-inputs';
import { useApp } from '../support/test-app';

const app = useApp();

/** What once brought the gateway down, found by `npm run fuzz`. */
const regressions = JSON.parse(
  readFileSync(join(__dirname, 'fuzz-regressions.json'), 'utf8'),
) as FuzzRequest[];

// The same inputs each time; `npm run fuzz` draws others.
const SEED = 20_261_121;
const INPUTS = 1_500;
const AT_ONCE = 16;

describe('fuzzing', () => {
  it('should not find a 500, a crash or a hang', async () => {
    const inputs = fc.sample(fuzzRequests, { seed: SEED, numRuns: INPUTS });
    const faults: unknown[] = [];
    const token = await liveToken(app.url);
    const worker = async (): Promise<void> => {
      for (let input = inputs.pop(); input; input = inputs.pop()) {
        const fault = faultOf(await send(app.url, input, token));
        if (fault !== undefined) faults.push({ fault, input });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect(faults).toEqual([]);
  });

  it('should not find again what it found before', async () => {
    for (const input of regressions) {
      expect({ input, fault: faultOf(await send(app.url, input)) }).toEqual({ input, fault: undefined });
    }
  });
});

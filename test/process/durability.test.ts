/** @jest-environment node */
import { usePrograms, type ServerRun } from '../support/server-process';

/** Rounds of register, kill -9, restart; `DURABILITY_ROUNDS=20 npx jest durability` for the long run. */
const ROUNDS = Number(process.env['DURABILITY_ROUNDS'] ?? 4);
const CONNECTIONS = 8;
const PASSWORD = 'Correct-Horse-7';

const programs = usePrograms();

async function registerUntilKilled(server: ServerRun, round: number, killAfter: number): Promise<string[]> {
  const acknowledged: string[] = [];
  const workers = Array.from({ length: CONNECTIONS }, async (_, worker) => {
    for (let count = 0; !server.process.killed; count += 1) {
      const email = `r${round}-w${worker}-${count}@example.com`;
      const answer = await server.register(email, PASSWORD).catch(() => ({}));
      if ('token' in answer) acknowledged.push(email);
      if (acknowledged.length >= killAfter) server.process.kill('SIGKILL');
    }
  });
  await Promise.all(workers);
  await server.ended;
  return acknowledged;
}

describe('kill -9 of a server on the embedded database', () => {
  it(
    `should keep every acknowledged registration: ${ROUNDS} rounds`,
    async () => {
      const all: string[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const server = await programs.server().ready();
        all.push(...(await registerUntilKilled(server, round, 10 + 7 * (round % 5))));
      }
      const server = await programs.server().ready();
      const lost: string[] = [];
      for (const email of all) {
        await server.login(email, PASSWORD).catch((error: unknown) => lost.push(String(error)));
      }
      expect(lost).toEqual([]);
      expect(all.length).toBeGreaterThanOrEqual(10 * ROUNDS);
    },
    60_000 + ROUNDS * 10_000,
  );
});

/** @jest-environment node */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Load } from '../support/load';
import { usePrograms } from '../support/server-process';
import { describeWithSmallDisk, SmallDisk } from '../support/small-disk';

const PASSWORD = 'Correct-Horse-7';

describeWithSmallDisk('a full disk', () => {
  const programs = usePrograms();
  let disk: SmallDisk | undefined;
  let load: Load | undefined;
  afterEach(async () => {
    await load?.stop();
    await programs.close();
    disk?.unmount();
  });

  it('should cost lines of the log file, and no request', async () => {
    disk = new SmallDisk(1);
    const file = join(disk.directory, 'app.log');
    const server = await programs.server({ LOG_FILE: file }).ready();
    load = new Load(server, 2);
    await load.until(() => load!.acknowledged.length > 5, 10_000);
    disk.fill();
    const atFull = load.acknowledged.length;
    await load.until(() => load!.acknowledged.length > atFull + 30, 20_000);
    disk.makeRoom();
    const roomAt = load.acknowledged.length;
    await load.until(() => load!.acknowledged.length > roomAt + 30, 20_000);
    await load.stop();
    expect(Object.keys(load.outcomes())).toEqual(['ok']);
    process.stdout.write(`log disk full: clients heard ${JSON.stringify(load.outcomes())}, lost: 0\n`);
    expect((await server.kill('SIGTERM')).code).toBe(0);
    // It writes again, without a restart.
    expect(readFileSync(file, 'utf8')).toContain('"event":"server_stopped"');
  });

  it('should keep on the embedded database whatever was acknowledged, and serve again after a restart with room', async () => {
    disk = new SmallDisk(96);
    cpSync(join(programs.directory, 'data'), join(disk.directory, 'data'), { recursive: true });
    const variables = { DATA_DIR: join(disk.directory, 'data') };
    const server = await programs.server(variables).ready();
    load = new Load(server, 2);
    await load.until(() => load!.acknowledged.length > 10, 10_000);
    disk.fill();
    const failing = (): boolean => load!.attempts.slice(-20).every(({ outcome }) => outcome !== 'ok');
    await load.until(() => load!.attempts.length > 20 && failing(), 60_000);
    await load.stop();
    const outcomes = load.outcomes();
    process.stdout.write(`data disk full: clients heard ${JSON.stringify(outcomes)}\n`);
    await server.kill('SIGTERM');
    disk.makeRoom();
    const again = await programs.server(variables).ready();
    const lost: string[] = [];
    for (const email of load.acknowledged)
      await again.login(email, PASSWORD).catch((error: unknown) => lost.push(String(error)));
    expect(lost).toEqual([]);
    expect(await again.register('after@example.com')).toHaveProperty('token');
  });
});

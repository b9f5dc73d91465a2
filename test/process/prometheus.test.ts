/** @jest-environment node */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { OBSERVABILITY, observedExpressions } from '../support/observability';
import { freePort } from '../support/own-postgresql';
import { whenInstalled } from '../support/programs';
import { usePrograms, type ServerRun } from '../support/server-process';

const TOKEN = 'token-of-the-metrics';

whenInstalled('promtool')('the alert rules', () => {
  it('should be rules, and fire when they should', () => {
    const promtool = (...args: string[]): string =>
      execFileSync('promtool', args, { cwd: OBSERVABILITY, encoding: 'utf8' });
    expect(promtool('check', 'rules', 'alerts.yml')).toContain('SUCCESS');
    expect(promtool('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
  });
});

whenInstalled('prometheus', 'promtool')('a real Prometheus', () => {
  const programs = usePrograms();
  let prometheus: ChildProcess | undefined;
  afterEach(async () => {
    if (!prometheus) return;
    prometheus.kill('SIGKILL');
    await once(prometheus, 'exit');
  });

  /** As an operator would, with the configuration beside the rules: only addresses and intervals are the test's. */
  async function startPrometheus(target: string): Promise<string> {
    const directory = programs.directory;
    const file = path.join(directory, 'prometheus.yml');
    const config = parse(readFileSync(path.join(OBSERVABILITY, 'prometheus.yml'), 'utf8')) as {
      global: object;
      scrape_configs: [{ static_configs: [{ targets: string[] }] }];
    };
    config.global = { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '500ms' };
    config.scrape_configs[0].static_configs[0].targets = [target];
    writeFileSync(file, stringify(config));
    writeFileSync(path.join(directory, 'metrics-token'), TOKEN);
    copyFileSync(path.join(OBSERVABILITY, 'alerts.yml'), path.join(directory, 'alerts.yml'));
    execFileSync('promtool', ['check', 'config', file], { stdio: 'pipe' });
    const address = `127.0.0.1:${await freePort()}`;
    const storage = `--storage.tsdb.path=${path.join(directory, 'tsdb')}`;
    prometheus = spawn('prometheus', [`--config.file=${file}`, storage, `--web.listen-address=${address}`], {
      stdio: 'ignore',
    });
    return `http://${address}`;
  }

  async function useGateway(server: ServerRun): Promise<void> {
    await server.register('ann@example.com');
    const token = await server.login('ann@example.com');
    await server.login('ann@example.com', 'Wrong-Guess-99').catch(() => undefined);
    await server.tokenError(token);
  }

  it('should scrape the gateway with its token, and get an answer to every rule and every panel', async () => {
    const server = await programs.server({ METRICS_PORT: '0', METRICS_TOKEN: TOKEN }).ready();
    const { host } = new URL(String((await server.logged('server_started'))['metrics']));
    const url = await startPrometheus(host);
    await useGateway(server);
    const ask = async (expression: string): Promise<readonly { value: [number, string] }[]> => {
      const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`);
      const { status, error, data } = (await response.json()) as {
        status: string;
        error?: string;
        data?: { result: { value: [number, string] }[] };
      };
      expect([expression, status, error]).toEqual([expression, 'success', undefined]);
      return data?.result ?? [];
    };
    const logins = 'sum(security_events_total{job="gateway",kind="login.succeeded"})';
    await until(async () => (await ask(logins).catch(() => []))[0]?.value[1] === '1');
    expect((await ask('up{job="gateway"}'))[0]?.value[1]).toBe('1');
    expect((await ask('graphql_operations_total{field="me",outcome="success"}'))[0]?.value[1]).toBe('1');
    for (const [, expression] of observedExpressions()) await ask(expression);
    const rules = (await (await fetch(`${url}/api/v1/rules`)).json()) as {
      data: { groups: { rules: { name: string; health: string; state: string }[] }[] };
    };
    const all = rules.data.groups.flatMap((group) => group.rules);
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter(({ health }) => health === 'err')).toEqual([]);
    expect(all.filter(({ state }) => state === 'firing')).toEqual([]);
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 100));
}

import { makeDatabase, type SeededDatabase, type Target } from './database';
import { startBaseline, startGateway, type BaselineName } from './gateway';
import type { People } from './people';
import type { Crowd } from './seed';
import type { ServerProcess } from './server-process';

export interface Settings {
  /** Of one measurement. */
  readonly seconds: number;
  /** How often a scenario and its baseline take turns. */
  readonly rounds: number;
  /** The cores of the servers; undefined where they cannot be chosen. */
  readonly serverCores: string | undefined;
  /** For the gateway's node. */
  readonly nodeOptions: readonly string[];
  /** For the scenarios that count limits in Redis. */
  readonly redisUrl: string | undefined;
}

/** A seeded database and the servers on it, each started when it is first asked for. */
export class Stage {
  static readonly #open = new Set<Stage>();
  readonly #servers = new Map<string, Promise<ServerProcess>>();

  private constructor(
    readonly target: Target,
    readonly settings: Settings,
    private readonly database: SeededDatabase,
  ) {}

  static async open(target: Target, settings: Settings, crowd: Crowd): Promise<Stage> {
    const stage = new Stage(target, settings, await makeDatabase(target, crowd));
    Stage.#open.add(stage);
    return stage;
  }

  /** For a run that is interrupted: leaves no server and no database behind. */
  static async closeAll(): Promise<void> {
    await Promise.allSettled([...Stage.#open].map((stage) => stage.close()));
  }

  get version(): string {
    return this.database.version;
  }

  get people(): People {
    return this.database.people;
  }

  /** @param variables beyond those of production; on the embedded database only one gateway can run */
  gateway(variables: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    return this.#once(`gateway ${JSON.stringify(variables)}`, () => this.startGateway(variables));
  }

  baseline(): Promise<ServerProcess> {
    return this.#once('baseline', () => this.startBaseline());
  }

  /** One more, which the caller stops. */
  startGateway(variables: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const { serverCores: cores, nodeOptions } = this.settings;
    return startGateway({ ...this.database.variables, ...variables }, { cores, nodeOptions });
  }

  startBaseline(names?: readonly BaselineName[]): Promise<ServerProcess> {
    return startBaseline(this.database.baselineVariables, { cores: this.settings.serverCores }, names);
  }

  /** For measurements that want the machine, or the embedded database, for a server of their own. */
  async stopServers(): Promise<void> {
    const servers = await Promise.allSettled(this.#servers.values());
    this.#servers.clear();
    for (const server of servers) if (server.status === 'fulfilled') await server.value.stop();
  }

  async close(): Promise<void> {
    if (!Stage.#open.delete(this)) return;
    await this.stopServers();
    await this.database.remove();
  }

  #once(key: string, start: () => Promise<ServerProcess>): Promise<ServerProcess> {
    const server = this.#servers.get(key) ?? start();
    this.#servers.set(key, server);
    return server;
  }
}

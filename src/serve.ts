import 'reflect-metadata';
import { buildApp, type App } from './app';
import type { WorkerLink } from './cluster/worker-link';
import type { Config } from './config';
import { reloadCertificate } from './http/certificate';
import { addressOf, listenError, listenTargets } from './http/listening';
import { announceStart } from './infrastructure/telemetry/start-announcement';
import type { Log, Logger } from './infrastructure/telemetry/logger';
import { serveOperators } from './operator/admin-server';
import { stopOnSignals, type OnHangup } from './signals';

/**
 * Serves in this process until a signal ends it.
 * @param link to the primary, where this process is one of several
 */
export async function serve(config: Config, log: Log, onHangup: OnHangup, link?: WorkerLink): Promise<void> {
  const { logger, sinks } = log;
  const app = await buildApp(config, { logger, sinks, ...(link && { siblings: link }) });
  const { kind } = config.database;
  const { administration: accounts, keyAdministration: keys } = app;
  const operators =
    kind === 'embedded' ? await serveOperators(config.dataDir, { accounts, keys }, logger) : undefined;
  const close = async (): Promise<void> => {
    await operators?.close();
    await app.close();
  };
  try {
    const addresses = await listen(app, config);
    if (!link) {
      app.mailWorker.start();
      app.housekeeper.start();
      app.keyKeeper?.start();
    }
    const stop = stopOnSignals({
      who: link ? 'worker' : 'server',
      close: async () => {
        await app.drain();
        await close();
        await link?.leave();
      },
      timeoutMs: (config.http.shutdownDelaySeconds + config.http.shutdownTimeoutSeconds) * 1000,
      log,
    });
    if (link) {
      link.serve(app, addresses, () => stop('primary'));
      // The primary is told as well, and starts others in the place of all its workers.
      onHangup(
        () => undefined,
        () => undefined,
      );
    } else {
      announceStart(config, addresses, logger);
      onHangup(() => reload(app, config, logger), stop);
    }
  } catch (error) {
    await close();
    throw error;
  }
}

function reload(app: App, { http: { tls } }: Config, logger: Logger): void {
  if (tls) reloadCertificate([app.server, app.metricsServer], tls, logger);
  else logger.info('nothing_to_reload');
}

/** @returns the addresses listened on */
async function listen(app: App, config: Config): Promise<string[]> {
  const addresses: string[] = [];
  for (const target of listenTargets(config)) {
    const server = target.portVariable === 'PORT' ? app.server : app.metricsServer;
    if (!server) continue;
    try {
      await server.listen({ host: target.host, port: target.port });
    } catch (error) {
      throw listenError(error, target);
    }
    addresses.push(addressOf(server.server, config.http.tls !== undefined));
  }
  return addresses;
}

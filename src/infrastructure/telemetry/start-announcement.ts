import type { Config } from '../../config';
import type { Logger } from './logger';
import { whereToClick } from './where-to-click';

/**
 * Says where the service listens, and on a terminal where to click.
 * @param addresses the service's own, then that of the metrics where there is one
 */
export function announceStart(config: Config, addresses: readonly string[], logger: Logger): void {
  const [address = '', metrics] = addresses;
  const { port, publicUrl } = config.http;
  // Nobody knows a port of 0 by that name.
  const graphql = `${port === 0 ? address : publicUrl}/graphql`;
  const workers = config.workers > 1 ? { workers: config.workers } : {};
  logger.info({ address, metrics, database: config.database.kind, graphql, ...workers }, 'server_started');
  if (process.stdout.isTTY) process.stdout.write(whereToClick(config, address));
}

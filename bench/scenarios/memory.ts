import { setTimeout as delay } from 'node:timers/promises';
import { closedLoop } from '../load/closed-loop';
import { openConnections } from '../load/connection';
import type { NextExchange } from '../load/exchange';
import type { People } from '../stage/people';
import type { ServerProcess } from '../stage/server-process';
import type { Stage } from '../stage/stage';
import { b2, b3, b4, b5 } from './baselines';
import type { Figures, Row } from './measure';
import { mixtureWithoutLogins } from './mixture';
import * as ask from './requests';
import { CONNECTIONS, LOGINS, type Scenario } from './scenario';

const REST_MS = 5_000;
/** Of one short measurement each; enough for all 10,000 users to have asked. */
const LOAD_MEASUREMENTS = 10;
const SOAK_SECONDS = 600;

/**
 * The mixed load in two lanes, or else all would wait for bcrypt and 10,000 users would never have their turn: logins in
 * one, the other kinds of request in their shares in the other.
 */
interface Lanes {
  readonly others: NextExchange;
  readonly logins: NextExchange;
}

function gatewayLanes(people: People): Lanes {
  const logins = ask.login(people);
  const parts = {
    me: ask.me()(people),
    refresh: ask.refresh(people),
    login: logins,
    booking: ask.booking()(people),
  };
  return { others: mixtureWithoutLogins(parts), logins };
}

function baselineLanes(people: People): Lanes {
  const logins = b3.asks(people);
  const parts = { me: b2.asks(people), refresh: b4.asks(people), login: logins, booking: b5.asks(people) };
  return { others: mixtureWithoutLogins(parts), logins };
}

async function loadInLanes(server: ServerProcess, lanes: Lanes, seconds: number): Promise<void> {
  const others = await openConnections(server.port, CONNECTIONS - LOGINS);
  const signingIn = await openConnections(server.port, LOGINS);
  try {
    await Promise.all([
      closedLoop(others, lanes.others, seconds),
      closedLoop(signingIn, lanes.logins, seconds),
    ]);
    server.emptyLog();
  } finally {
    for (const connection of [...others, ...signingIn]) connection.close();
  }
}

async function restingMb(server: ServerProcess): Promise<Figures> {
  await delay(REST_MS);
  return { rssMb: server.residentMb };
}

async function idleAndLoaded(
  server: ServerProcess,
  lanes: Lanes,
  seconds: number,
): Promise<[Figures, Figures]> {
  try {
    const idle = await restingMb(server);
    await loadInLanes(server, lanes, seconds);
    return [idle, await restingMb(server)];
  } finally {
    await server.stop();
  }
}

export const memory: Scenario = {
  name: 'memory',
  summary: 'resident memory idle, and after the mixed load by 10,000 users; beside the baselines likewise',
  run: async (stage) => {
    await stage.stopServers();
    const seconds = loadSeconds(stage);
    const gateway = await idleAndLoaded(await stage.startGateway(), gatewayLanes(stage.people), seconds);
    const baseline = await idleAndLoaded(await stage.startBaseline(), baselineLanes(stage.people), seconds);
    return [
      row('memory-idle', gateway[0], 'baselines', baseline[0]),
      row('memory-after-load', gateway[1], 'baselines', baseline[1]),
    ];
  },
};

export const memorySoak: Scenario = {
  name: 'memory-soak',
  summary: 'resident memory after ten more minutes of the mixed load; beside what it was before them',
  run: async (stage) => {
    await stage.stopServers();
    const server = await stage.startGateway();
    try {
      const lanes = gatewayLanes(stage.people);
      await loadInLanes(server, lanes, loadSeconds(stage));
      const before = await restingMb(server);
      await loadInLanes(server, lanes, SOAK_SECONDS);
      return [row(memorySoak.name, await restingMb(server), 'ten minutes before', before)];
    } finally {
      await server.stop();
    }
  },
};

function loadSeconds({ settings }: Stage): number {
  return settings.seconds * LOAD_MEASUREMENTS;
}

function row(scenario: string, figures: Figures, name: string, baseline: Figures): Row {
  const value = (figures.rssMb ?? NaN) / (baseline.rssMb ?? NaN);
  return {
    scenario,
    subject: 'gateway',
    figures,
    baseline: { name, figures: baseline },
    ratio: { of: 'rssMb', value },
  };
}

import { openConnections } from '../load/connection';
import { closedLoop } from '../load/closed-loop';
import type { NextExchange } from '../load/exchange';
import { median, percentile, type Timing } from '../load/latencies';
import type { ServerProcess } from '../stage/server-process';

/** What is measured; each scenario has some of them. */
export interface Figures {
  /** Processor time of the server for one request, in microseconds, all its threads together. */
  readonly cpuUs?: number;
  readonly perSecond?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** Resident memory in MB. */
  readonly rssMb?: number;
  /** From the start of the process to its first answer. */
  readonly startMs?: number;
}

export type Figure = keyof Figures;

/** One side of a comparison. */
export interface Subject {
  readonly name: string;
  measure(seconds: number): Promise<Figures>;
}

/** What came of a scenario, or of one part of it. */
export interface Row {
  readonly scenario: string;
  readonly subject: string;
  readonly figures: Figures;
  readonly baseline?: { readonly name: string; readonly figures: Figures };
  /** Subject to baseline, the median of the rounds, in the figure that the scenario is about. */
  readonly ratio?: { readonly of: Figure; readonly value: number };
}

export interface Rounds {
  readonly rounds: number;
  readonly seconds: number;
}

/** Long enough for the compiler to have seen all that is hot, also on a busy machine. */
const WARM_UP_SECONDS = 5;

/** Warms both up, then measures them in turn, so that what else the machine does falls on both alike. */
export async function compare(
  scenario: string,
  of: Figure,
  subject: Subject,
  baseline: Subject,
  { rounds, seconds }: Rounds,
): Promise<Row> {
  const warmUpSeconds = Math.max(seconds, WARM_UP_SECONDS);
  await baseline.measure(warmUpSeconds);
  await subject.measure(warmUpSeconds);
  const bases: Figures[] = [];
  const measured: Figures[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bases.push(await baseline.measure(seconds));
    measured.push(await subject.measure(seconds));
  }
  const ratios = measured.map((figures, round) => (figures[of] ?? NaN) / (bases[round]?.[of] ?? NaN));
  return {
    scenario,
    subject: subject.name,
    figures: medians(measured),
    baseline: { name: baseline.name, figures: medians(bases) },
    ratio: { of, value: median(ratios) },
  };
}

export function medians(rounds: readonly Figures[]): Figures {
  const names = Object.keys(rounds[0] ?? {}) as Figure[];
  return Object.fromEntries(names.map((name) => [name, median(rounds.map((one) => one[name] ?? NaN))]));
}

export interface Load {
  readonly connections: number;
  readonly next: NextExchange;
}

/** A server under a closed loop. */
export function underLoad(name: string, server: ServerProcess, { connections, next }: Load): Subject {
  return {
    name,
    measure: async (seconds) => {
      const opened = await openConnections(server.port, connections);
      try {
        const before = server.processorSeconds;
        const timing = await closedLoop(opened, next, seconds);
        const cpuSeconds = server.processorSeconds - before;
        server.emptyLog();
        return figuresOf(timing, cpuSeconds, server);
      } finally {
        for (const connection of opened) connection.close();
      }
    },
  };
}

function figuresOf(
  { requests, seconds, latenciesMs }: Timing,
  cpuSeconds: number,
  server: ServerProcess,
): Figures {
  return {
    cpuUs: (cpuSeconds * 1e6) / requests,
    perSecond: requests / seconds,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    rssMb: server.residentMb,
  };
}

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../scenarios/measure';
import type { Target } from '../stage/database';
import { describeMachine, type Machine } from '../stage/machine';

export interface Result extends Row {
  readonly database: Target['kind'];
  readonly measuredAt: string;
  readonly rounds: number;
  /** Of one measurement. */
  readonly seconds: number;
}

/** What a run leaves behind. */
export interface Results {
  readonly machine: Machine;
  readonly commit: string;
  /** Whether the servers had a core of their own. */
  readonly ownCores: boolean;
  /** The version of each database. */
  readonly databases: { [Kind in Target['kind']]?: string };
  readonly results: readonly Result[];
}

/** Below the directory of the package, where npm runs its scripts. */
const directory = 'bench/results';
const latestFile = join(directory, 'latest.json');
const committedFile = join(directory, 'baseline.json');

export function makeResults(rest: Omit<Results, 'machine' | 'commit'>): Results {
  return { machine: describeMachine(), commit: currentCommit(), ...rest };
}

export function readCommitted(): Results | undefined {
  return existsSync(committedFile) ? (JSON.parse(readFileSync(committedFile, 'utf8')) as Results) : undefined;
}

export function writeLatest(results: Results): void {
  write(latestFile, results);
}

/** Results of scenarios that were not run now stay, unless they come from another machine. */
export function saveAsCommitted(now: Results, before: Results | undefined): void {
  const kept = JSON.stringify(before?.machine) === JSON.stringify(now.machine) ? before : undefined;
  // In the order they had.
  const merged = new Map((kept?.results ?? []).map((result) => [keyOf(result), result]));
  for (const result of now.results) merged.set(keyOf(result), result);
  write(committedFile, {
    ...now,
    databases: { ...kept?.databases, ...now.databases },
    results: [...merged.values()],
  });
}

export function keyOf({ database, scenario }: Pick<Result, 'database' | 'scenario'>): string {
  return `${database} ${scenario}`;
}

function write(file: string, results: Results): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, rounded, 2)}\n`);
}

/** Four digits are more than a measurement is good for. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}

function currentCommit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

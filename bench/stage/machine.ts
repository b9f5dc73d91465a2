import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, platform, release, totalmem } from 'node:os';

/** Lists of cores as taskset takes them. */
export interface Cores {
  readonly server: string;
  readonly load: string;
}

/** Keeps this process off the server's core. Answers the cores, or why there are none to choose from. */
export function separateCores(): Cores | { readonly reason: string } {
  const allowed = allowedCores();
  const [server, ...load] = allowed;
  if (server === undefined || load.length === 0) {
    return { reason: `this process may use ${allowed.length || 'unknown'} cores` };
  }
  const cores = { server: String(server), load: load.join(',') };
  const pinned = spawnSync('taskset', ['-a', '-p', '-c', cores.load, String(process.pid)]);
  return pinned.status === 0 ? cores : { reason: 'there is no taskset that works' };
}

/** Linux only; none elsewhere. */
function allowedCores(): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readProc('self/status') ?? '')?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first, last] = range.split('-').map(Number);
    if (first === undefined || range === '') return [];
    return Array.from({ length: (last ?? first) - first + 1 }, (_none, index) => first + index);
  });
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
}

export function describeMachine(): Machine {
  const all = cpus();
  return {
    processor: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release().split('.', 2).join('.')}`,
    node: process.version,
  };
}

/** Linux counts processor time in hundredths of a second, whatever the kernel ticks at. */
const TICKS_PER_SECOND = 100;

/** User and system time of a process with all its threads, in seconds; NaN where there is no /proc. */
export function processorSeconds(pid: number): number {
  const stat = readProc(`${pid}/stat`);
  if (stat === undefined) return NaN;
  // The second field is the program's name, in brackets, and may hold anything; the rest are numbers.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Memory of a process that is in RAM, in MB; NaN where there is no /proc. */
export function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s*(\d+)/m.exec(readProc(`${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? NaN : Number(kilobytes) / 1024;
}

/** Files, sockets and pipes that a process has open; NaN where there is no /proc. */
export function openFiles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return NaN;
  }
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

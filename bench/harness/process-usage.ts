import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessUsage {
  /** Of all threads of the process and of its children since they started. */
  readonly cpuMicros: number;
  readonly rssMb: number;
  /** The most that each process had, added up. */
  readonly peakRssMb: number;
}

/** The kernel's own count (Linux, clock ticks of 10 ms). */
export function readUsage(pid: number): ProcessUsage {
  const usages = processTree(pid).map(readProcess);
  const sum = (of: (usage: ProcessUsage) => number) => usages.reduce((total, usage) => total + of(usage), 0);
  return {
    cpuMicros: sum(({ cpuMicros }) => cpuMicros),
    rssMb: sum(({ rssMb }) => rssMb),
    peakRssMb: sum(({ peakRssMb }) => peakRssMb),
  };
}

// Private:

const MICROS_PER_TICK = 10_000;

function processTree(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(processTree)];
}

function readProcess(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Field 2 is the command in parentheses and may contain anything; 14 to 17 are utime, stime and those of dead children.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name: string) => Number(status.match(new RegExp(`${name}:\\s+(\\d+)`))?.[1] ?? 0);
  return {
    cpuMicros: ticks * MICROS_PER_TICK,
    rssMb: kilobytes('VmRSS') / 1024,
    peakRssMb: kilobytes('VmHWM') / 1024,
  };
}

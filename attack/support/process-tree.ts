import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What Linux tells of a process and its children; null elsewhere. */
const known = existsSync('/proc/self/task');

export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

const tree = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(tree)];

/** Resident memory of the process and all its children, MB. */
export function residentMb(pid: number): number | null {
  if (!known) return null;
  let kilobytes = 0;
  for (const one of tree(pid)) {
    try {
      kilobytes += Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It has ended meanwhile.
    }
  }
  return kilobytes / 1000;
}

/** Open files, sockets and pipes of a process. */
export function handlesOf(pid: number): number | null {
  return known ? readdirSync(`/proc/${pid}/fd`).length : null;
}

export function threadsOf(pid: number): number | null {
  return known ? readdirSync(`/proc/${pid}/task`).length : null;
}

import { spawnSync } from 'node:child_process';

/** Ends a browser that did not end by itself, with the processes that it started. Does nothing if it is gone. */
export function endProcess(pid: number, platform: string = process.platform): void {
  if (platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true });
    return;
  }
  // The browser leads a process group of its own, unless a wrapper script started it.
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
      return;
    } catch {
      // No such group or process: the next target, or it is gone already.
    }
  }
}

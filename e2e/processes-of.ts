import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * The live processes that have a text in their command line or, on Linux, in the environment that they were started
 * with. Ended ones that nobody has fetched yet have neither.
 */
export async function processesOf(text: string): Promise<string[]> {
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('ps', ['-axo', 'command=']);
    return stdout.split('\n').filter((line) => line.includes(text));
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const found = await Promise.all(pids.map(async (pid) => ((await factsOf(pid)).includes(text) ? [pid] : [])));
  return found.flat();
}

async function factsOf(pid: string): Promise<string> {
  const facts = ['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8'));
  // A process that has ended meanwhile has no facts.
  return (await Promise.all(facts).catch(() => [])).join();
}

import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'plist';
import { describe, expect, it } from 'vitest';
import { readUnit } from '../../test/systemd-unit-reader.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { launchdAgent } from './launchd-agent.js';
import type { ServiceWish } from './service-plan.js';
import { systemdUnit } from './systemd-unit.js';

/** What XML, a unit of systemd, a shell or C take for something else. */
const ODD = `[a b] & <b>]]> 100%h $x \${y} $ ;#é`;
const ODD_AND_QUOTED = `${ODD} it's "so" \\n`;

const wishIn = (folder: string): ServiceWish => ({
  program: [join(folder, 'node'), join(folder, 'otto-daemon.js')],
  env: { OTTO_HOME: join(folder, '.otto'), OTTO_ALLOWED_HOSTS: `${ODD_AND_QUOTED}\n\t` },
  log: join(folder, 'daemon.log'),
  userFolder: folder,
  configFolder: undefined,
  userId: 501,
});

describe.each([ODD, ODD_AND_QUOTED])('a folder of the name %j', (name) => {
  it('is what it is in a property list', () => {
    const { program, env, log, ...rest } = wishIn(join('/home', name));

    const { text } = launchdAgent({ program, env, log, ...rest });

    expect(parse(text)).toEqual({
      Label: 'net.telepat.otto-relay',
      ProgramArguments: program,
      EnvironmentVariables: env,
      StandardOutPath: log,
      StandardErrorPath: log,
      Umask: 0o077,
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
    });
  });

  it.skipIf(process.platform === 'win32')('is what it is in a unit of systemd, and so is what is run', () => {
    const { program, env, log, ...rest } = wishIn(folderWithProgram(name));

    const { text } = systemdUnit({ program, env, log, ...rest });

    const unit = readUnit(text);
    const [first = '', ...args] = unit.command;
    expect(unit).toMatchObject({ env, outputs: [`append:${log}`, `append:${log}`] });
    expect(spawnSync(first, args, { encoding: 'utf8' }).stdout).toBe(`${program[1]}\n`);
  });

  it('is understood by systemd itself', ({ skip }) => {
    const plain = verified('[Service]\nExecStart=/bin/sh\n');
    skip(plain.status !== 0, `systemd-analyze does not work here: ${plain.error?.message ?? plain.stderr}`);

    const { status, stderr } = verified(systemdUnit(wishIn(folderWithProgram(name))).text);

    expect({ status, stderr }).toEqual({ status: 0, stderr: plain.stderr });
  });
});

/** A folder that has a program, which says what it is. */
function folderWithProgram(name: string): string {
  const folder = join(temporaryFolder(), name);
  mkdirSync(folder);
  symlinkSync(process.execPath, join(folder, 'node'));
  writeFileSync(join(folder, 'otto-daemon.js'), 'console.log(process.argv[1])');
  return folder;
}

/** What systemd says of a unit. */
function verified(text: string) {
  const folder = temporaryFolder();
  const file = join(folder, 'otto-relay.service');
  writeFileSync(file, text);
  const env = { PATH: process.env['PATH'], HOME: folder, XDG_RUNTIME_DIR: folder };
  return spawnSync('systemd-analyze', ['--user', 'verify', file], { env, encoding: 'utf8' });
}

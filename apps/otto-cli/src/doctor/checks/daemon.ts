import type { CommandContext } from '../../context.js';
import { PidFile } from '../../daemon/pid-file.js';
import { findRelay } from '../../relay/find-relay.js';
import { localUrl } from '../../relay/local-url.js';
import { silentRelay } from '../../relay/silent-relay.js';
import { isDaemonsAddress } from '../../relay/is-daemons-address.js';
import { versionWarning } from '../../status/version-warning.js';
import type { Finding } from '../finding.js';

/** Whether the relay of this machine runs, in this version. */
export async function daemon({ paths, io, config, version }: CommandContext): Promise<Finding> {
  const found = await findRelay(paths, io.signal);
  switch (found.state) {
    case 'running': {
      const other = versionWarning({ own: version, relay: found.record.version });
      if (other !== undefined) return { level: 'warn', message: other, remedy: 'otto restart' };
      const { record } = found;
      return { level: 'ok', message: `runs on ${localUrl(record)}, pid ${record.pid}, version ${record.version}` };
    }
    case 'unlisted':
      return {
        level: 'fail',
        message: `The relay runs (pid ${found.pid}), but its pid file is gone or wrong: ${paths.pidFile}.`,
        remedy: 'otto restart',
      };
    case 'silent': {
      const { message, hint } = silentRelay(found.record, io.platform);
      return { level: 'fail', message, remedy: hint };
    }
    case 'stale':
      return {
        level: 'warn',
        message: `${paths.pidFile} is left from a relay that did not stop in order: ${found.reason}.`,
        remedy: 'otto doctor --fix',
        // A relay that has started since then has written its own.
        fix: () => new PidFile(paths.pidFile).remove(found.record.pid),
      };
    case 'stopped': {
      const { relayUrl } = await config.read();
      if (relayUrl !== undefined && !isDaemonsAddress(relayUrl))
        return { level: 'ok', message: 'none runs here; the relay is elsewhere' };
      return { level: 'warn', message: 'The relay does not run.', remedy: 'otto start' };
    }
  }
}

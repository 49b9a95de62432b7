import { join } from 'node:path';
import type { ServicePlan, ServiceWish } from './service-plan.js';

const LABEL = 'net.telepat.otto-relay';

/** 0077, which a property list can only say as a decimal number. */
const UMASK = 63;

/** An agent of the user's launchd. It is not started again after it was stopped in order, as by `otto stop`. */
export function launchdAgent({ program, env, log, userFolder, userId }: ServiceWish): ServicePlan {
  const file = join(userFolder, 'Library', 'LaunchAgents', `${LABEL}.plist`);
  const domain = `gui/${userId}`;
  return {
    file,
    text: `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LABEL}</string>
  <key>ProgramArguments</key>
  <array>
${program.map((word) => `    <string>${escaped(word)}</string>`).join('\n')}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${Object.entries(env).map(variable).join('\n')}
  </dict>
  <key>StandardOutPath</key>
  <string>${escaped(log)}</string>
  <key>StandardErrorPath</key>
  <string>${escaped(log)}</string>
  <key>Umask</key>
  <integer>${UMASK}</integer>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
</dict>
</plist>
`,
    folderLine: `${variable(['OTTO_HOME', env.OTTO_HOME])}\n`,
    prepare: [],
    start: [
      { words: ['launchctl', 'bootout', `${domain}/${LABEL}`], mayFail: true },
      { words: ['launchctl', 'bootstrap', domain, file] },
    ],
    uninstall: [{ words: ['launchctl', 'bootout', `${domain}/${LABEL}`], mayFail: true }],
    forget: [],
    isActive: { words: ['launchctl', 'print', `${domain}/${LABEL}`] },
  };
}

function variable([name, value]: readonly [name: string, value: string]): string {
  return `    <key>${escaped(name)}</key>\n    <string>${escaped(value)}</string>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

import { OttoError } from '@telepat/otto-protocol';
import type { CommandContext } from '../../context.js';
import { httpGet } from '../../relay/http-get.js';
import { relayAddress } from '../../relay/relay-address.js';
import type { Finding } from '../finding.js';

/** Sessions correct it by the relay's time; logs and expiry times of logins do not. */
const SKEW_MS_MAX = 5_000;

const ANSWER_MS_MAX = 5_000;

const NOT_COMPARED: Finding = { level: 'ok', message: 'not compared: the relay is not there' };

const SET_CLOCK: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'sudo timedatectl set-ntp true',
  darwin: 'sudo sntp -sS time.apple.com',
  win32: 'w32tm /resync',
};

/** Whether the clocks of this machine and of its relay agree. */
export async function clock(context: CommandContext): Promise<Finding> {
  const { io } = context;
  try {
    const { httpUrl } = await relayAddress(context);
    const sentAt = Date.now();
    const got = await httpGet(new URL('/healthz', httpUrl), { msMax: ANSWER_MS_MAX, signal: io.signal });
    if (got.outcome === 'nobody' || got.outcome === 'late') return NOT_COMPARED;
    const relayTime = got.outcome === 'answered' ? Date.parse(got.date ?? '') : Number.NaN;
    return skewFinding({ relayTime, sentAt, answeredAt: Date.now() }, io.platform);
  } catch (error) {
    io.signal.throwIfAborted();
    if (error instanceof OttoError && error.code !== 'relay_unreachable') throw error;
    return NOT_COMPARED;
  }
}

/** What the relay's time in seconds, told between two moments of ours, says of the two clocks. */
export function skewFinding(
  { relayTime, sentAt, answeredAt }: { relayTime: number; sentAt: number; answeredAt: number },
  platform: NodeJS.Platform,
): Finding {
  if (Number.isNaN(relayTime)) {
    return { level: 'warn', message: 'What answers as the relay tells no time.', remedy: 'otto config get relayUrl' };
  }
  // Told without its fraction, it lies up to a second back.
  const ahead = Math.max(0, sentAt - (relayTime + 1_000), relayTime - answeredAt);
  if (ahead <= SKEW_MS_MAX) return { level: 'ok', message: 'agrees with the relay' };
  const remedy = SET_CLOCK[platform] ?? 'set the clock of this machine';
  const message = `The clock is ${Math.round(ahead / 1_000)} s ${sentAt > relayTime ? 'ahead of' : 'behind'} the relay's.`;
  return { level: 'warn', message, remedy };
}

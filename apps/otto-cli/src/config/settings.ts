import { NODE_ID_PATTERN, OttoError } from '@telepat/otto-protocol';
import type { Config, ConfigChanges } from './config-file.js';

/** What people may set in `config.json`; everything else there is Otto's own, and partly secret. */
export const SETTINGS = {
  relayUrl: {
    summary: 'the relay that commands go to',
    standard: 'the one that runs on this machine',
    check: checkAddress,
  },
  relayHttpUrl: {
    summary: 'its HTTP address, where that is another one',
    standard: 'made from relayUrl',
    check: checkAddress,
  },
  nodeId: {
    summary: 'the name of the node on this machine',
    standard: 'made when it is first started',
    check: checkNodeId,
  },
} as const;

/** The names of the settings. */
export const SETTING_NAMES = ['relayUrl', 'relayHttpUrl', 'nodeId'] as const;

/** A setting as it may be shown: an address without a password in it. */
export function shownSetting(config: Config, name: SettingName): string | undefined {
  return config[name]?.replace(/^([a-z]+:\/\/)[^/]*@/i, '$1');
}

/**
 * What is to be written for a setting; an empty value takes it away. With another relay the login goes, because its
 * tokens are for nobody else.
 *
 * @throws OttoError `invalid_usage` for a value that cannot be meant
 */
export async function settingChanges(config: Config, name: SettingName, value: string): Promise<ConfigChanges> {
  if (value !== '') await SETTINGS[name].check(name, value);
  const changed = value === '' ? undefined : value;
  const movesAway = name !== 'nodeId' && changed !== config[name];
  return { [name]: changed, ...(movesAway ? { accessToken: undefined, refreshToken: undefined } : {}) };
}

async function checkAddress(name: string, value: string): Promise<void> {
  const { relayUrls } = await import('@telepat/otto-sdk');
  try {
    relayUrls(value);
  } catch (cause) {
    throw wrong(name, 'must be an address such as ws://127.0.0.1:8787', cause);
  }
  const { username, password } = new URL(value);
  if (username !== '' || password !== '') throw wrong(name, 'must not hold a password');
}

function checkNodeId(name: string, value: string): Promise<void> {
  if (NODE_ID_PATTERN.test(value)) return Promise.resolve();
  return Promise.reject(wrong(name, 'must be 1 to 128 of A-Z a-z 0-9 . _ : -'));
}

function wrong(name: string, problem: string, cause?: unknown): OttoError {
  const context = { message: `${name} ${problem}.`, actionableHint: 'See otto config set --help.' };
  return new OttoError('invalid_usage', context, { cause });
}

export type SettingName = keyof typeof SETTINGS;

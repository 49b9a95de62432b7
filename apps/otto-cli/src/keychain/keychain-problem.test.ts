import { expect, it } from 'vitest';
import { keychainProblem } from './keychain-problem.js';

it.each([
  [
    'Platform failure: DBus error: Using X11 for dbus-daemon autolaunch was disabled',
    'this session has no Secret Service',
  ],
  ['Platform failure: org.freedesktop.DBus.Error.ServiceUnknown: not provided', 'this session has no Secret Service'],
  ["Couldn't access platform storage: Secret Service: no result found", 'it holds no keyring'],
  [
    "Couldn't access platform storage: Secret Service: unlock prompt was dismissed",
    'it is locked, and was not unlocked',
  ],
  [
    'Cannot find native binding. npm has a bug related to optional dependencies',
    'there is no keychain for this system',
  ],
  ["Cannot find package '@napi-rs/keyring' imported from …", 'there is no keychain for this system'],
  [
    'The user name or passphrase you entered is not correct.',
    'The user name or passphrase you entered is not correct.',
  ],
])('of "%s" people are told "%s"', (said, told) => {
  expect(keychainProblem(new Error(said))).toBe(told);
});

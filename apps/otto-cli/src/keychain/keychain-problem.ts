/** What the library says, and what that means to somebody who has never heard of it. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/cannot find (native binding|module|package)/i, 'there is no keychain for this system'],
  [/prompt was dismissed|is locked/i, 'it is locked, and was not unlocked'],
  [/no result found/i, 'it holds no keyring'],
  [/d-?bus error|org\.freedesktop\.dbus/i, 'this session has no Secret Service'],
];

/** Why the keychain of the system does not work, in a part of a sentence. */
export function keychainProblem(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return MEANINGS.find(([pattern]) => pattern.test(said))?.[1] ?? said;
}

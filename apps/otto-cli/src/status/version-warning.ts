/**
 * After an update of the package the relay of before goes on: what to say then, in a sentence that `withRemedy` knows.
 * Undefined while both are of one version.
 */
export function versionWarning({ own, relay }: { own: string; relay: string }): string | undefined {
  if (own === relay) return undefined;
  const how = isOlder(relay, own) ? 'an older one' : 'another one';
  return `This otto is version ${own}, the relay that runs is ${how}, version ${relay}.`;
}

/** By the numbers before any suffix; what is no version is not older. */
function isOlder(version: string, than: string): boolean {
  const left = numbersOf(version);
  const right = numbersOf(than);
  const differs = left.findIndex((number, index) => number !== right[index]);
  return differs !== -1 && (left[differs] ?? 0) < (right[differs] ?? 0);
}

function numbersOf(version: string): number[] {
  return /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [];
}

/** The same cases in every run, unless `OTTO_FUZZ_SEED` asks for others; a failure names its seed. */
export function fuzzSeed(): number {
  return Number(process.env['OTTO_FUZZ_SEED'] ?? 20_260_131);
}

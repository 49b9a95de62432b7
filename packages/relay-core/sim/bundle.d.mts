/** Bundles the simulation and its core into one file, for as long as `run` takes. */
export function withBundle<T>(run: (file: string) => Promise<T>): Promise<T>;

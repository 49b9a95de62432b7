/** Bundles a script with the packages that it uses into one file of the folder that Node runs as it is. */
export function bundle(script: URL, folder: string): Promise<string>;

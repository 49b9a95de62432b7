/** Bundles a script with the packages that it uses into the folder. @returns the file to run */
export function bundle(script: URL, folder: string): Promise<string>;

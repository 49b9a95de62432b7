/**
 * The manifest of a package that has the workspace packages it needs inside: their dependencies become its own.
 *
 * @param {Workspace} workspace
 * @param {Bundle} bundle
 * @returns {object}
 */
export function bundledManifest({ folder, manifests, catalog, overrides }, { imports, isNamed, inside }) {
  const own = manifests.get(folder);
  if (own === undefined) throw new Error(`${folder} is no package of the workspace.`);
  const declared = declaredBy(own, new Map([...manifests.values()].map((one) => [one.name, one])));
  const imported = new Set(imports.filter((specifier) => !specifier.startsWith('node:')).map(packageOf));
  const isDeclared = (/** @type {string} */ name) => declared.needed.has(name) || declared.optional.has(name);

  const undeclared = [...imported].filter((name) => !isDeclared(name));
  if (undeclared.length > 0) throw new Error(`${folder} is bundled with undeclared imports: ${undeclared.join(', ')}.`);
  const needed = [...declared.needed].filter((name) => !inside.includes(name));
  const optional = [...declared.optional].filter((name) => !declared.needed.has(name));
  const unused = [...needed, ...optional].filter((name) => !imported.has(name) && !isNamed(name));
  if (unused.length > 0) throw new Error(`${folder} is bundled without an import of ${unused.join(', ')}.`);

  const { exports: _, scripts: __, devDependencies: ___, ...kept } = own;
  return {
    ...kept,
    // A program, and no library.
    exports: { './package.json': './package.json' },
    // An override holds for those who install a package only where that declares it, too.
    dependencies: { ...versionsOf(needed, catalog), ...Object.fromEntries(overrides) },
    optionalDependencies: versionsOf(optional, catalog),
  };
}

/**
 * What a package and the workspace packages below it declare of others.
 * @param {Manifest} manifest
 * @param {ReadonlyMap<string, Manifest>} byName
 */
function declaredBy(manifest, byName) {
  /** @type {Set<string>} */
  const needed = new Set();
  /** @type {Set<string>} */
  const optional = new Set();
  const inside = new Set([manifest]);
  for (const { dependencies = {}, optionalDependencies = {} } of inside) {
    for (const name of Object.keys(dependencies)) {
      const other = byName.get(name);
      if (other === undefined) needed.add(name);
      else inside.add(other);
    }
    for (const name of Object.keys(optionalDependencies)) optional.add(name);
  }
  return { needed, optional };
}

/**
 * @param {Iterable<string>} names
 * @param {ReadonlyMap<string, string>} catalog
 */
function versionsOf(names, catalog) {
  return Object.fromEntries(
    [...names].sort().map((name) => {
      const version = catalog.get(name);
      if (version === undefined) throw new Error(`The catalog has no version of ${name}.`);
      return [name, version];
    }),
  );
}

/** @param {string} specifier */
function packageOf(specifier) {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/**
 * @typedef {import('../check/checkout.mjs').Manifest} Manifest
 *
 * @typedef {object} Workspace
 * @property {string} folder of the package
 * @property {ReadonlyMap<string, Manifest>} manifests by folder
 * @property {ReadonlyMap<string, string>} catalog
 * @property {ReadonlyMap<string, string>} overrides versions of packages that only packages from outside need
 *
 * @typedef {object} Bundle
 * @property {readonly string[]} imports everything that is imported from outside
 * @property {(specifier: string) => boolean} isNamed whether something is at least named
 * @property {readonly string[]} inside packages from outside that are bundled
 */

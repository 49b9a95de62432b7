/**
 * What is published has no sources, and needs nothing that only building and testing need. Versions are spelled out by
 * pnpm itself.
 */
module.exports = {
  hooks: {
    /** @param {{ scripts?: object, devDependencies?: object }} manifest */
    beforePacking: ({ scripts: _, devDependencies: __, ...manifest }) => withoutSources(manifest),
  },
};

/**
 * Takes the condition under which a checkout takes the sources out of `exports` and `imports`.
 * @param {unknown} value
 * @returns {unknown}
 */
function withoutSources(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const rows = Object.entries(value).filter(([name]) => name !== '@telepat/source');
  return Object.fromEntries(rows.map(([name, inner]) => [name, withoutSources(inner)]));
}

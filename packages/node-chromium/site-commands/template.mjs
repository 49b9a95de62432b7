// A site command to start from. Copy it to ~/.otto/commands/<site>/<any name>.mjs and change it; the node has it with
// the next command. docs/site-commands.md of Otto says what each part means.

/** @type {import('@telepat/otto-node-runtime').SiteCommand<{ level?: number, path?: string }>} */
export const command = {
  // The host, which is the name of the folder, too. Subdomains belong to it.
  site: 'example.com',
  id: 'readHeadings',
  displayName: 'Read headings',
  description: 'Lists the headings of a page.',
  tags: ['read'],

  // Where a tab is opened when the command is run without one. Default: https://<site>/
  startUrl: 'https://example.com/',

  // What it takes, checked before it runs. Types: string, number, boolean, object, array.
  inputFields: [
    { name: 'level', type: 'number', description: 'Only headings of this level, 1 to 6.', optional: true },
    { name: 'path', type: 'string', description: 'A page of the site, such as /about.', optional: true },
  ],

  // How long it may take. With `scaling`, a field of the input says how much there is to do.
  timeoutPolicy: { defaultMs: 20_000 },

  // Where somebody must be logged in, say so, and how to find out:
  //   requiresAuth: true,
  //   login: {
  //     probeUrl: 'https://example.com/account',
  //     isLoggedIn: ({ page }) => page.has('#logout'),
  //   },

  async execute({ input, page, log, fail }) {
    if (input.path !== undefined) await page.goto(new URL(input.path, 'https://example.com/').href);
    log(`reading ${await page.url()}`);

    // This function runs in the page: it sees the page and its argument, and nothing of this file.
    const headings = await page.evaluate(
      (/** @type {number | null} */ level) =>
        [...document.querySelectorAll(level === null ? 'h1, h2, h3, h4, h5, h6' : `h${level}`)].map((heading) => ({
          level: Number(heading.tagName.slice(1)),
          text: heading.textContent?.trim(),
        })),
      input.level ?? null,
    );

    // A code of the command's own. Everything else that is thrown is script_failed.
    if (!Array.isArray(headings) || headings.length === 0)
      fail('no_headings', 'The page has no headings of this kind.');
    return { url: await page.url(), headings };
  },
};

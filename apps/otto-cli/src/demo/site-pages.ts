/** One page of the demo's site: HTML that holds next to nothing until its script has run. */
export interface SitePage {
  readonly title: string;
  /** Runs in the page; fills `main`. */
  readonly script: string;
}

/** The pages of the demo's site by path. */
export const SITE_PAGES: Readonly<Record<string, SitePage>> = {
  '/': {
    title: 'Otterbay ferries',
    script: `
      const departures = await (await fetch('/departures.json')).json();
      const rows = departures.map((ferry) =>
        '<tr><td>' + ferry.time + '</td><td>' + ferry.to + '</td><td>' + ferry.pier + '</td></tr>').join('');
      main.innerHTML =
        '<h1>Otterbay ferries</h1>' +
        '<p>' + departures.length + ' ferries leave this morning. A script wrote this page after it had loaded.</p>' +
        '<table><thead><tr><th>Leaves</th><th>For</th><th>Pier</th></tr></thead><tbody>' + rows + '</tbody></table>' +
        '<p>Before you sail, look at the <a href="/tides">tides</a>.</p>';`,
  },
  '/tides': {
    title: 'Tides at Otterbay',
    script: `
      const tides = await (await fetch('/tides.json' + location.search)).json();
      main.innerHTML =
        '<h1>Tides at Otterbay</h1><ul>' +
        tides.map((tide) => '<li>' + tide.time + ' ' + tide.kind + ' water, ' + tide.metres + ' m</li>').join('') +
        '</ul><p><a href="/">Back to the ferries</a></p>';`,
  },
};

/** What the scripts of the pages ask for, by path. */
export const SITE_DATA: Readonly<Record<string, readonly object[]>> = {
  '/departures.json': [
    { time: '08:10', to: 'Little Skerry', pier: 'A' },
    { time: '09:40', to: 'Sandholm', pier: 'C' },
    { time: '11:05', to: 'Great Skerry', pier: 'A' },
  ],
  '/tides.json': [
    { time: '06:21', kind: 'high', metres: 3.8 },
    { time: '12:34', kind: 'low', metres: 0.6 },
    { time: '18:47', kind: 'high', metres: 3.6 },
  ],
};

/** The document of a page. `main` is empty: whoever only fetches it reads nothing. */
export function pageHtml(page: SitePage): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>${page.title}</title>
    <link rel="icon" href="data:,">
    <style>
      body { font: 18px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; color: #12303f; background: #f3f8fa }
      h1 { color: #0b6b88 } th, td { text-align: left; padding: 0.3rem 2rem 0.3rem 0; border-bottom: 1px solid #cfe0e6 }
    </style>
  </head>
  <body>
    <main id="main"></main>
    <script type="module">
      const main = document.getElementById('main');${page.script}
    </script>
  </body>
</html>
`;
}

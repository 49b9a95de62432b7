import { describe, expect, it } from 'vitest';
import { linksToFollow } from './markdown-links.js';
import { logTable } from './log-table.js';
import { startDemoSite } from './site.js';

describe('linksToFollow', () => {
  const page = 'https://example.com/a';

  it('gives pages of the same site first, each once', () => {
    const markdown = `[far](https://other.org/) [near](https://example.com/b) [again](https://example.com/b#part)`;

    expect(linksToFollow(markdown, page).map(({ url }) => url)).toEqual([
      'https://example.com/b',
      'https://other.org/',
    ]);
  });

  it('leaves out pictures, the page itself and what is no page', () => {
    const markdown = '![p](https://example.com/p.png) [top](https://example.com/a#top) [mail](mailto:a@b.c)';

    expect(linksToFollow(markdown, page)).toEqual([]);
  });
});

describe('logTable', () => {
  it('lines up what each entry says', () => {
    const entry = { id: '1', timestamp: '2026-01-31T12:00:00.123Z', level: 'info', source: 'controller' } as const;
    const rows = [
      {
        ...entry,
        type: 'command_queued',
        action: 'primitive.dom.extract_text',
        data: { queueDepth: 1, tabSessionId: 'tab_1', keys: [] },
      },
      { ...entry, type: 'result', status: 'completed', durationMs: 12.4 },
    ];

    expect(logTable(rows)).toBe(
      [
        'time          source      type            action                      facts',
        '12:00:00.123  controller  command_queued  primitive.dom.extract_text  queueDepth 1',
        '12:00:00.123  controller  result                                      completed, after 12 ms',
      ].join('\n'),
    );
  });
});

describe('startDemoSite', () => {
  it('serves pages that hold nothing before their script has run, and the data for it', async () => {
    const site = await startDemoSite();
    try {
      const page = await (await fetch(site.url)).text();
      const data = await (await fetch(new URL('/departures.json', site.url))).text();

      expect(page).toContain('<main id="main"></main>');
      expect(page).not.toContain('Sandholm');
      expect(data).toContain('Sandholm');
      expect((await fetch(new URL('/nothing', site.url))).status).toBe(404);
    } finally {
      await site.close();
    }
    await expect(fetch(site.url)).rejects.toThrow();
  });
});

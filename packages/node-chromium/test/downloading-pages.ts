import type { ServerResponse } from 'node:http';
import { html, type SitePage } from './two-host-site.js';

const LONG = `${'n'.repeat(5_000)}.txt`;

/** Pages that make the browser download something in every way there is. */
export const DOWNLOADING_PAGES: Readonly<Record<string, SitePage>> = {
  '/start': html(
    'Start',
    `<a id="link" href="/report">link</a>
    <a id="nameless" href="/nameless">no name</a>
    <a id="attribute" download="a.json" href="/plain">attribute</a>
    <a id="blob" download="b.md">blob</a>
    <a id="data" download="d" href="data:image/svg+xml,%3Csvg/%3E">data</a>
    <button id="script" onclick="location.href = '/report'">script</button>
    <a id="blank" target="_blank" href="/report">another tab</a>
    <a id="noopener" target="_blank" rel="noopener" href="/report">another tab, unnamed</a>
    <button id="open" onclick="window.open('/report')">pop-up</button>
    <a id="path" download="../../etc/passwd" href="/plain">path</a>
    <a id="long" download="${LONG}" href="/plain">long</a>
    <a id="controls" download="a&#10;b&#27;[31m.txt" href="/plain">controls</a>
    <a id="empty" download="" href="/plain">empty</a>
    <a id="broken" href="/broken">breaks off</a>
    <a id="large" href="/large">larger than it may be</a>
    <a id="endless" href="/endless">endless</a>
    <button id="many">a thousand</button>
    <iframe id="near" src="/frame"></iframe><iframe id="far" src="http://localhost:{port}/frame"></iframe>
    <script>
      document.querySelector('#blob').href = URL.createObjectURL(new Blob(['# B']));
      document.querySelector('#many').onclick = () => {
        // Of links that are clicked, the browser lets through only ten a second of each frame.
        for (let number = 0; number < 100; number += 1) {
          const frame = document.createElement('iframe');
          document.body.append(frame);
          for (let time = 0; time < 10; time += 1) {
            // Each has an address of its own: the browser asks for the same one only once at a time.
            const link = frame.contentDocument.createElement('a');
            Object.assign(link, { href: location.origin + '/numbered?' + (number * 10 + time), download: 'n.txt' });
            frame.contentDocument.body.append(link);
            link.click();
          }
        }
      };
    </script>`,
  ),
  '/frame': html('Frame', '<a href="/report">in a frame</a>'),
  '/plain': 'plain',
  '/other': html('Other', '<h1>Another page</h1>'),
  '/report': attachment(
    { 'content-type': 'text/csv', 'content-disposition': 'attachment; filename="report.csv"' },
    'a;b',
  ),
  '/nameless': attachment({ 'content-type': 'application/pdf', 'content-disposition': 'attachment' }, '%PDF'),
  '/broken': (response) => {
    begin(response, { 'content-length': '100000' });
    setImmediate(() => response.destroy());
  },
  '/large': (response) => begin(response, { 'content-length': String(100 * 1024 * 1024 + 1) }),
};

/** The beginning of a file; the rest does not come. */
export function begin(response: ServerResponse, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(200, { 'content-type': 'application/zip', ...headers });
  response.write('the beginning');
}

function attachment(headers: Readonly<Record<string, string>>, body: string): SitePage {
  return (response) => void response.writeHead(200, headers).end(body);
}

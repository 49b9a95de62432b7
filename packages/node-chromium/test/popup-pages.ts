import { html, type SitePage } from './page-site.js';

/** Pages that open pop-ups, and what they open. The host `localhost` is another site. */
export const POPUP_PAGES: Readonly<Record<string, SitePage>> = {
  '/opener': html(
    'Opener',
    `<button id="open" onclick="w = window.open('/popup')">open</button>
    <a id="blank" href="/popup?blank" target="_blank">blank</a>
    <a id="opener" href="/popup?opener" target="_blank" rel="opener">with its opener</a>
    <a id="noreferrer" href="/popup?noreferrer" target="_blank" rel="noreferrer noopener">without</a>
    <button id="noopener" onclick="window.open('/popup?noopener', '_blank', 'noopener')">noopener</button>
    <button id="foreign" onclick="window.open('http://localhost:{port}/popup')">of another site</button>
    <button id="written" onclick="window.open('').document.write('<title>Written</title><p>written</p>')">written</button>
    <form action="/popup" target="_blank"><button id="form">form</button></form>
    <button id="greeting" onclick="window.open('/greeting')">greeting</button>
    <button id="greeting-apart" onclick="window.open('/greeting', '_blank', 'noopener')">greeting</button>
    <button id="greeting-sync" onclick="const w = window.open(''); this.textContent = w.confirm('now?')">greeting</button>
    <button id="brief" onclick="window.open('/popup').close()">brief</button>
    <button id="brief-later" onclick="window.open('/brief')">brief</button>
    <button id="silent" onclick="window.open('/silent')">silent</button>
    <button id="busy" onclick="window.open('http://localhost:{port}/busy', '_blank', 'noopener')">busy</button>
    <button id="behind" onclick="window.open('/popup'); alert('first me')">behind a dialog</button>
    <button id="crashing" onclick="window.open('/popup?crash', '_blank', 'noopener')">crashing</button>
    <button id="bomb" onclick="window.open('/bomb', '_blank', 'noopener')">bomb</button>
    <button id="flood" onclick="for (let n = 0; n < 1000; n++) window.open('/popup?' + n)">flood</button>
    <button id="flood-apart" onclick="for (let n = 0; n < 1000; n++) window.open('/popup?' + n, '_blank', 'noopener')">flood</button>
    <button id="downloading" onclick="window.open('/downloading')">downloading</button>
    <button id="downloading-later" onclick="window.open('').location = '/file'">downloading</button>
    <button id="none" onclick="this.textContent = 'clicked'">nothing</button>`,
  ),
  '/popup': html(
    'Pop-up',
    '<h1>The pop-up</h1><button id="again" onclick="window.open(`/popup?again`)">again</button>',
  ),
  '/greeting': html('Greeting', '<p>greets</p><script>alert("hello"); document.title = "Greeted"</script>'),
  '/brief': html('Brief', '<script>close()</script>'),
  '/downloading': html('Downloading', '<h1>Yours</h1><script>location.href = "/file"</script>'),
  '/file': (response) =>
    void response.writeHead(200, { 'content-disposition': 'attachment; filename="f.txt"' }).end('a;b'),
  '/silent': () => undefined,
  '/busy': html('Busy', '<p>busy</p><script>for (;;);</script>'),
  '/bomb': html('Bomb', '<script>for (const n of [1, 2]) open(`/bomb?${n}`, "_blank", "noopener")</script>'),
};

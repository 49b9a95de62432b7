import { html, type SitePage } from './page-site.js';

/** Keeps the page busy for so many milliseconds. */
const BUSY = `const busy = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };`;

/** Pages that make it hard to act on them. */
export const HOSTILE_PAGES: Readonly<Record<string, SitePage>> = {
  '/guarded': html(
    'Guarded',
    `<button id="covered">Covered</button><button id="disabled" disabled>Disabled</button>
    <div id="overlay" style="position:fixed;inset:0"></div><pre id="log"></pre><script>
      const note = (text) => { document.getElementById('log').textContent += text + ' '; };
      addEventListener('click', (event) => note('click:' + event.target.id), true);
      addEventListener('keydown', (event) => note('key:' + event.key + (event.shiftKey ? ':shift' : '')), true);
      const free = () => {
        document.getElementById('overlay').remove();
        document.getElementById('disabled').disabled = false;
        document.body.append(Object.assign(document.createElement('button'), { id: 'absent', textContent: 'Absent' }));
      };
    </script>`,
  ),
  '/guarded-frame': html('Guarded frame', '<iframe id="frame" src="/guarded"></iframe>'),
  '/slow-handler': html(
    'Slow handler',
    `<button id="slow">Slow</button><button id="plain">Plain</button><button id="fleeting">Fleeting</button><pre id="log"></pre><script>
      ${BUSY}
      const note = (text) => { document.getElementById('log').textContent += text + ' '; };
      document.getElementById('slow').onmousedown = () => {
        console.log('down');
        busy(2000);
      };
      document.getElementById('fleeting').onmousedown = ({ target }) => {
        target.remove();
        busy(1000);
        addEventListener('mouseup', () => busy(1000), { once: true });
      };
      addEventListener('click', (event) => note('click:' + event.target.id + (event.shiftKey ? ':shift' : '')), true);
    </script>`,
  ),
  '/endless-handler': html('Endless handler', `<button id="endless" onclick="for (;;);">Endless</button>`),
  '/endless': html(
    'Endless',
    '<button id="button">Button</button><script>onload = () => setTimeout(() => { for (;;); }, 50);</script>',
  ),
  '/draggable': html(
    'Draggable',
    `<style>.box { width: 80px; height: 80px; display: inline-block; margin: 20px; background: teal }</style>
    <div class="box" id="native" draggable="true">native</div><div class="box" id="zone">zone</div>
    <div style="height:1200px"></div><div class="box" id="far-zone">far zone</div>
    <div class="box" id="pointer" style="position:absolute;left:400px;top:20px">pointer</div>
    <pre id="log"></pre><script>
      ${BUSY}
      const note = (text) => { document.getElementById('log').textContent += text + ' '; };
      const trusted = (event) => (event.isTrusted ? '' : ':UNTRUSTED');
      document.getElementById('native').ondragstart = (event) => {
        event.dataTransfer.setData('text/plain', 'cargo');
        note('dragstart' + trusted(event));
      };
      for (const id of ['zone', 'far-zone']) {
        const zone = document.getElementById(id);
        zone.ondragover = (event) => event.preventDefault();
        zone.ondrop = (event) => note('drop:' + id + ':' + event.dataTransfer.getData('text/plain') + trusted(event));
      }
      const pointer = document.getElementById('pointer');
      let held = false;
      pointer.onpointerdown = (event) => { held = true; note('down' + trusted(event)); if (location.hash) busy(1000); };
      onpointermove = (event) => {
        if (held) Object.assign(pointer.style, { left: event.pageX - 40 + 'px', top: event.pageY - 40 + 'px' });
      };
      onpointerup = (event) => {
        if (!held) return;
        held = false;
        pointer.style.pointerEvents = 'none';
        const below = document.elementFromPoint(event.clientX, event.clientY);
        note('up:' + (below?.id || below?.localName || 'nowhere') + trusted(event));
        pointer.style.pointerEvents = '';
      };
    </script>`,
  ),
  '/scrolling': html(
    'Scrolling',
    `<div id="inner" style="height:200px;width:300px;overflow:auto"><div style="height:3000px">inner</div></div>
    <div style="height:5000px;width:4000px">outer</div><p id="end" hidden>end</p><button id="bottom">bottom</button>
    <script>trusted = []; addEventListener('wheel', (event) => trusted.push(event.isTrusted));</script>`,
  ),
  '/short': html('Short', '<p>nothing to scroll</p>'),
  '/uploads': html(
    'Uploads',
    `<input id="one" type="file" style="display:none"><input id="many" type="file" multiple><pre id="log"></pre><script>
      onchange = async ({ target }) => {
        const lines = [];
        for (const file of target.files) lines.push([target.id, file.name, file.type, await file.text()].join(':'));
        document.getElementById('log').textContent = lines.join(' ');
      };
    </script>`,
  ),
  '/many': html(
    'Many',
    `<script>document.write('<div><a href="/x">A link</a> <b>bold</b> <i>words</i></div>'.repeat(25000));</script>
    <button id="last" onclick="this.textContent = 'clicked'">Last</button>`,
  ),
  '/plain': html('Plain', '<h1>Plain page</h1>'),
};

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A site with the kinds of pages that a browser meets, the bad ones included. */
export class FixtureSite {
  readonly #watching = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => {
    if (request.url === '/watch') this.#watch(response);
    else answer(request, response);
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.#port}${path}`;
  }

  /** How many pages that were opened as pop-ups are still there. */
  get watching(): number {
    return this.#watching.size;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** An answer that is never given: it ends with the page that waits for it. */
  #watch(response: ServerResponse): void {
    this.#watching.add(response);
    response.once('close', () => this.#watching.delete(response));
  }

  get #port(): number {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The site is not started.');
    return address.port;
  }
}

const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

const PAGES: Readonly<Record<string, string>> = {
  '/plain': page('Plain', '<h1>Plain page</h1><p>Hello, <b>reader</b>.</p>'),

  '/script-made': page(
    'Loading…',
    `<div id="app"></div><script>
      setTimeout(() => {
        document.title = 'Made by script';
        document.getElementById('app').innerHTML = '<h1>Made by script</h1><p id="made">after load</p>';
      }, 0);
    </script>`,
  ),

  '/article': page(
    'Article',
    `<nav><a href="/">Home</a> <a href="/about">About</a></nav>
    <main>
      <h1>An article <a class="headerlink" href="#top">¶</a></h1>
      <p>With <em>words</em>, <strong>weight</strong>, <del>mistakes</del> and <a href="next?a=1#b">a link</a>.</p>
      <p hidden>hidden attribute</p><p style="display:none">display none</p>
      <p style="visibility:hidden">invisible <span style="visibility:visible">but this is seen</span></p>
      <blockquote><p>Quoted once</p><p>and again</p></blockquote>
      <ul><li>one</li><li>two<ul><li>inner</li></ul></li><li><input type="checkbox" checked> done</li></ul>
      <ol start="3"><li>three</li><li>four</li></ol>
      <pre><code class="language-js">const a = [1, 2];
if (a || b) { run("\`x\`"); }</code></pre>
      <div class="highlight-source-python"><pre><span>def f():</span><br><span>    pass</span><span style="display:none"><br>hidden()</span></pre></div>
      <p>Inline <code>a || b</code> of Vec&lt;T&gt; and &amp;amp; here. <img src="img/pic.png" alt="A picture"></p>
      <img src="${PIXEL}" data-src="/late.png" alt="Late"> <img src="${PIXEL}" alt="Only words">
      <a href="javascript:alert(1)">no target</a>
      <a href="/card"><h3>Card title</h3><p>Card text</p></a>
      <script>document.title = 'Article'</script><style>p { color: red }</style><noscript>No script!</noscript>
      <!-- a comment -->
    </main>`,
  ),

  '/tables': page(
    'Tables',
    `<table><caption>Prices</caption><thead><tr><th>Item</th><th>Price</th></tr></thead>
      <tbody><tr><td>a || b</td><td>1</td></tr><tr><td>List<ul><li>x</li><li>y</li></ul></td><td><b>2</b></td></tr>
      <tr><td colspan="2">both</td></tr></tbody></table>
    <table id="headless"><tr><td rowspan="2">tall</td><td>1</td></tr><tr><td>2</td></tr></table>
    <table role="presentation"><tr><td><p>left</p></td><td><p>right</p></td></tr></table>`,
  ),

  '/clean': page(
    'Clean me',
    `<!-- secret --><main id="m" class="wide" style="color:red" onclick="steal()" data-junk="1">
      <a href="/rel" aria-label="Go" rel="next">go</a><a href="javascript:x()">js</a>
      <time datetime="2026-01-31">today</time><img src="a.png" alt="A" onerror="x()">
      <input name="q" type="search" placeholder="Find"><input type="password" value="hunter2">
      <svg role="img"><title>Logo</title><path d="M0 0"/></svg>
    </main><script>1</script><style>a{}</style><noscript>x</noscript><template><p>t</p></template>`,
  ),

  '/nav-only': page('Nav', '<nav><ul><li><a href="/a">First</a></li><li><a href="/b">Second</a></li></ul></nav>'),

  '/shadow': page(
    'Shadow',
    `<my-card><span slot="name">Slotted name</span></my-card><script>
      customElements.define('my-card', class extends HTMLElement {
        constructor() {
          super();
          this.attachShadow({ mode: 'open' }).innerHTML = '<h2>In the shadow</h2><p><slot name="name"></slot></p>';
        }
      });
    </script>`,
  ),

  '/long': page('Long', '<div style="height:30000px;background:linear-gradient(red,blue)">top</div><p>bottom</p>'),

  '/noise': page(
    'Noise',
    `<canvas id="c" width="1200" height="700"></canvas><div id="box" style="width:120px;height:60px;background:teal"></div>
    <script>
      const context = document.getElementById('c').getContext('2d');
      const image = context.createImageData(1200, 700);
      let seed = 1;
      for (let i = 0; i < image.data.length; i++) {
        seed = (seed * 1103515245 + 12345) & 0x7fffffff;
        image.data[i] = i % 4 === 3 ? 255 : seed >> 16;
      }
      context.putImageData(image, 0, 0);
    </script>`,
  ),

  '/dialogs': page(
    'Dialogs',
    `<p id="answers"></p><script>
      alert('one');
      const answers = [confirm('two'), prompt('three')];
      document.getElementById('answers').textContent = JSON.stringify(answers);
      onbeforeunload = (event) => event.preventDefault();
    </script>`,
  ),

  '/dialogs-forever': page('Forever', '<p>asked</p><script>setInterval(() => alert("again"), 0)</script>'),

  '/broken-builtins': page(
    'Broken',
    `<h1>Still readable</h1><form><input name="childNodes"><input name="parentNode"><input name="getAttribute"><p>in a form</p></form>
    <form name="title"></form><form name="body"></form><form name="querySelector"></form>
    <script>
      const broken = () => { throw new Error('broken by the page'); };
      for (const name of ['map', 'filter', 'slice', 'push', 'join', 'reduce', 'forEach', 'indexOf']) {
        Array.prototype[name] = broken;
      }
      JSON.stringify = JSON.parse = broken;
      String.prototype.replace = broken;
      RegExp.prototype.exec = broken;
      Node.prototype.appendChild = Element.prototype.append = Element.prototype.getAttribute = broken;
      Document.prototype.querySelector = broken;
      Object.prototype.toJSON = () => 'poisoned';
      window.otto = { read: () => ({ content: 'lies' }) };
      window.DOMParser = window.getComputedStyle = window.Set = window.Map = broken;
    </script>`,
  ),

  '/busy': page('Busy', '<p>busy soon</p><script>onload = () => setTimeout(() => { for (;;); }, 0)</script>'),
  '/busy-at-once': page('Busy', '<p>never parsed</p><script>for (;;);</script><p>end</p>'),

  '/pop-ups': page(
    'Pop-ups',
    `<p>opened</p><div id="pop-up">open</div><script>
      if (location.search) fetch('/watch');
      const popUp = location.search === '?last' ? { closed: true } : window.open(location.search ? '?last' : '?again');
      if (!location.search) window.open('?last', '_blank', 'noopener');
      const timer = setInterval(() => {
        if (!popUp.closed) return;
        clearInterval(timer);
        document.getElementById('pop-up').textContent = 'closed';
      }, 20);
    </script>`,
  ),

  '/remember': page(
    'Remember',
    `<p></p><script>
      localStorage.visits = Number(localStorage.visits || 0) + 1;
      document.querySelector('p').textContent = 'visit ' + localStorage.visits;
    </script>`,
  ),

  '/sent-on': page('Sent on', '<script>location.href = "/plain"</script>'),
  '/deep': page(
    'Deep',
    '<script>document.write("<div>".repeat(500)); let e = document.body; for (let i = 0; i < 1500; i++) e = e.appendChild(document.createElement("div")); e.textContent = "bottom of it"; document.body.append("top of it")</script>',
  ),
  '/many': page(
    'Many',
    '<script>document.body.innerHTML = "<p>A paragraph with <b>bold</b> and <a href=/x>link</a>.</p>".repeat(+location.search.slice(1)||40000)</script>',
  ),
};

function page(title: string, body: string): string {
  return `<!DOCTYPE html>\n<html lang="en"><head><title>${title}</title></head><body>${body}</body></html>`;
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', 'http://site');
  const html = PAGES[pathname];
  if (html !== undefined) return void response.writeHead(200, HTML).end(html);
  const special = SPECIAL[pathname];
  if (special !== undefined) return special(response);
  response.writeHead(404, HTML).end(page('Not here', '<h1>Nothing here</h1>'));
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };

const SPECIAL: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/redirect': (response) => void response.writeHead(302, { location: '/plain' }).end(),
  '/redirect-circle': (response) => void response.writeHead(302, { location: '/redirect-circle' }).end(),
  '/no-content': (response) => void response.writeHead(204).end(),
  '/download': (response) =>
    void response.writeHead(200, { 'content-disposition': 'attachment; filename="a.bin"' }).end('bytes'),
  '/silent': () => undefined,
  '/never-ending': (response) => {
    response.writeHead(200, HTML);
    response.write('<!DOCTYPE html><title>Never ending</title><p>the beginning</p>');
  },
  '/slow': (response) => void setTimeout(() => response.writeHead(200, HTML).end(PAGES['/plain']), 300),
  '/slow-parts': (response) =>
    void response.writeHead(200, HTML).end(page('Slow parts', '<p>text</p><img src="/slow-picture">')),
  '/slow-picture': (response) => void setTimeout(() => response.writeHead(404).end(), 400),
  '/text': (response) =>
    void response.writeHead(200, { 'content-type': 'text/plain' }).end('just * text *\nsecond line\n'),
};

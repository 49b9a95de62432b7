import { html, type SitePage } from './page-site.js';

/** Notes in the outermost page what happened in any frame. */
const NOTE = `<script>
  const note = (text) => top.postMessage({ note: text }, '*');
  onmessage = ({ data }) => {
    if (data.note) document.getElementById('log')?.append(Object.assign(document.createElement('li'), { textContent: data.note }));
  };
  for (const type of ['click', 'input', 'keydown', 'wheel', 'drop']) {
    addEventListener(type, (event) => note(type + ' ' + (event.target.id ?? '') + (event.isTrusted ? '' : ' UNTRUSTED')), true);
  }
</script>`;

/** Pages with frames of the same and of other sites, in frames of other sites. */
export const FRAMED_PAGES: Readonly<Record<string, SitePage>> = {
  '/shop': html(
    'Shop',
    `${NOTE}<ol id="log"></ol><h1>Shop</h1><button id="main-button">Buy</button>
    <div style="height:1500px"></div>
    <iframe id="first" src="http://localhost:{port}/pay" width="500" height="200"></iframe>
    <iframe id="second" src="/same" width="500" height="200"></iframe>
    <script>
      // It comes last, but stands before the others.
      onload = () => {
        const early = Object.assign(document.createElement('iframe'), { id: 'early', src: '/early', width: 500 });
        document.querySelector('h1').after(early);
      };
    </script>`,
  ),
  '/pay': html(
    'Pay',
    `${NOTE}<div style="height:600px"></div><button id="pay">Pay</button><button class="shared" id="shared-pay">Shared</button>
    <iframe src="http://127.0.0.1:{port}/deep" width="300" height="100"></iframe>`,
  ),
  '/deep': html(
    'Deep',
    `${NOTE}<input id="card" aria-label="Card"><button class="shared" id="shared-deep">Shared</button>`,
  ),
  '/same': html(
    'Same',
    `${NOTE}<button class="shared" id="shared-same">Shared</button><a id="top-link" href="/next" target="_top">Out of the frame</a>
    <button id="main-button">Buy in the frame</button>`,
  ),
  '/early': html('Early', `${NOTE}<button class="shared" id="shared-early">Shared</button>`),
  '/next': html('Next', '<h1>Next page</h1>'),
  '/covered-frame': html(
    'Covered frame',
    `<iframe src="http://localhost:{port}/same" width="400" height="200"></iframe>
    <div id="banner" style="position:fixed;inset:0">Cookies?</div>`,
  ),
  '/hidden-frame': html('Hidden frame', '<iframe src="http://localhost:{port}/same" style="display:none"></iframe>'),
  '/stuck-frame': html(
    'Stuck frame',
    '<iframe src="http://localhost:{port}/stuck"></iframe><iframe src="/same" width="400" height="200"></iframe>',
  ),
  '/stuck': html('Stuck', '<script>onload = () => setTimeout(() => { for (;;); }, 50);</script>'),
};

import { html, type SitePage } from './page-site.js';

/** Tells what happened to the page: the events of each element with an id, in order, and whether they were trusted. */
const LOG = `<ol id="log" style="position:fixed;right:0;bottom:0;pointer-events:none"></ol><script>
  const note = (text) => document.getElementById('log').append(Object.assign(document.createElement('li'), { textContent: text }));
  for (const type of ['click', 'dblclick', 'contextmenu', 'auxclick', 'mousedown', 'mouseup', 'mouseover', 'keydown', 'keyup', 'beforeinput', 'input', 'change', 'focus', 'wheel', 'dragstart', 'drop']) {
    addEventListener(type, (event) => {
      if (event.target.id) note(type + ' ' + event.target.id + (event.isTrusted ? '' : ' UNTRUSTED'));
    }, true);
  }
</script>`;

/** Pages to act on. */
export const ACTING_PAGES: Readonly<Record<string, SitePage>> = {
  '/form': html(
    'Form',
    `${LOG}<h1>Order</h1><form onsubmit="event.preventDefault(); note('submitted')">
      <label>Name <input id="name" placeholder="Your name"></label>
      <input id="number" type="number"><input id="readonly" readonly value="fixed"><input id="date" type="date">
      <textarea id="area"></textarea><div id="editable" contenteditable="true">old</div>
      <select id="size"><option value="s">Small</option><option value="m">Medium</option><option value="x" disabled>None</option></select>
      <select id="toppings" multiple><option>Cheese</option><option>Olives</option><option>Onions</option></select>
      <input id="box" type="checkbox"><label><input type="radio" name="r" id="radio-a" checked> A</label>
      <label><input type="radio" name="r" id="radio-b"> B</label>
      <div id="custom" role="checkbox" aria-checked="false" tabindex="0"
        onclick="this.setAttribute('aria-checked', this.getAttribute('aria-checked') !== 'true')">Custom</div>
      <div id="stubborn" role="checkbox" aria-checked="false" tabindex="0">Stubborn</div>
      <input id="file" type="file" style="display:none"><input id="files" type="file" multiple>
      <button id="send">Send</button>
    </form><p id="plain">Only words</p>`,
  ),

  '/lists': html(
    'Lists',
    `${LOG}<select id="long"></select><select id="late"></select>
    <select id="grouped"><optgroup label="First"><option>One</option></optgroup><optgroup label="Off" disabled><option>Two</option></optgroup>
      <option hidden>Unseen</option><option>Three</option></select>
    <select id="box" size="3"><option>A</option><option>B</option><option>C</option></select>
    <select id="keyless" onkeydown="event.preventDefault()"><option>Red</option><option>Blue</option></select>
    <script>
      for (let index = 0; index < 501; index++) document.getElementById('long').add(new Option('Option ' + index));
      setTimeout(() => document.getElementById('late').add(new Option('Come late', 'late')), 300);
      document.getElementById('late').add(new Option('First', 'first'));
    </script>`,
  ),

  '/buttons': html(
    'Buttons',
    `${LOG}<button id="plain">Plain</button>
    <button id="double" ondblclick="note('twice')">Double</button>
    <button class="twin" style="display:none" id="hidden-twin">Twin</button><button class="twin" id="shown-twin">Twin</button>
    <button id="later" disabled>Later</button><button id="never" disabled>Never</button>
    <div style="height:3000px"></div><button id="far">Far down</button>
    <script>setTimeout(() => { document.getElementById('later').disabled = false; }, 300);
      setTimeout(() => { document.body.append(Object.assign(document.createElement('button'), { id: 'late', textContent: 'Late' })); }, 300);
    </script>`,
  ),

  '/covered': html(
    'Covered',
    `${LOG}<button id="covered">Covered</button>
    <div id="overlay" class="wide dark" data-secret="s3cret" style="position:fixed;inset:0;background:#0003">A secret text</div>
    <script>onkeydown = () => document.getElementById('overlay').remove();</script>`,
  ),

  '/moving': html(
    'Moving',
    `${LOG}<style>@keyframes move { to { transform: translateX(600px) } }</style>
    <button id="moving" style="animation: move 700ms linear">Moves, then stands</button>
    <button id="restless" style="animation: move 700ms linear infinite alternate">Moves on</button>`,
  ),

  '/gone': html(
    'Gone',
    `<button id="remove" onclick="document.getElementById('target').remove()">Remove</button><button id="target">Target</button>`,
  ),

  '/shadow': html(
    'Shadow',
    `${LOG}<shadow-box></shadow-box><script>
      customElements.define('shadow-box', class extends HTMLElement {
        constructor() {
          super();
          this.attachShadow({ mode: 'open' }).innerHTML = '<p>In the shade</p><button id="inner">Shaded</button>';
          this.shadowRoot.getElementById('inner').onclick = (event) => note('it was clicked' + (event.isTrusted ? '' : ' UNTRUSTED'));
        }
      });
    </script>`,
  ),

  '/broken': html(
    'Broken',
    `<button id="count" onclick="this.textContent = Number(this.textContent) + 1">0</button><input id="field">
    <form><input name="querySelector"><input name="childNodes"><input name="parentNode"></form>
    <script>
      const broken = () => { throw new Error('broken by the page'); };
      for (const name of ['map', 'filter', 'slice', 'push', 'join', 'forEach', 'indexOf']) Array.prototype[name] = broken;
      JSON.stringify = JSON.parse = broken;
      String.prototype.replace = RegExp.prototype.exec = broken;
      Document.prototype.querySelector = Document.prototype.querySelectorAll = Element.prototype.getBoundingClientRect = broken;
      Element.prototype.scrollIntoView = EventTarget.prototype.addEventListener = broken;
      window.Map = window.Set = window.getComputedStyle = window.requestAnimationFrame = broken;
    </script>`,
  ),

  '/clobbered': html(
    'Clobbered',
    '<form><input name="getAttribute"><input name="hasAttribute"><button>Send</button></form>',
  ),

  '/dodging': html(
    'Dodging',
    `${LOG}<div id="above"></div><button id="dodging" onmouseover="document.getElementById('above').style.height = '200px'">Dodges once</button>`,
  ),

  '/many': html(
    'Many',
    `<script>document.write('<div><a href="/x">A link</a> <b>bold</b> <i>words</i></div>'.repeat(25000));</script><button id="last">Last</button>`,
  ),
  '/deep': html(
    'Deep',
    `<button id="top">Top</button><script>let e = document.body;
    for (let i = 0; i < 1500; i++) e = e.appendChild(document.createElement(location.search.slice(1) || 'div')); e.textContent = 'bottom';</script>`,
  ),
  '/plain': html('Plain', '<h1>Plain page</h1>'),
};

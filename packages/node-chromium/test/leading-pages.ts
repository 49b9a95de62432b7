import type { ServerResponse } from 'node:http';
import { html, type SitePage } from './page-site.js';

const HTML = { 'content-type': 'text/html', 'cache-control': 'no-store' };

/** Pages whose elements lead somewhere else. */
export const LEADING_PAGES: Readonly<Record<string, SitePage>> = {
  '/start': html(
    'Start',
    `<a id="link" href="/next">link</a> <a id="slow-link" href="/slow">slow</a> <a id="redirected" href="/redirect">sent on</a>
    <a id="hash" href="#part">part</a> <a id="silent" href="/silent">silent</a> <a id="empty" href="/empty">empty</a>
    <a id="download" href="/download">download</a> <a id="down" href="http://127.0.0.1:1/">down</a>
    <button id="assign" onclick="location.href = '/next'">assign</button>
    <button id="soon" onclick="Promise.resolve().then(() => location.assign('/next'))">soon</button>
    <button id="push" onclick="history.pushState(0, '', '/pushed'); document.title = 'Pushed'">push</button>
    <button id="back" onclick="history.back()">back</button> <button id="reload" onclick="location.reload()">reload</button>
    <button id="down-press" onmousedown="location.href = '/next'">on pressing</button>
    <button id="none" onclick="this.textContent = 'clicked'">nothing</button>
    <form action="/next"><input id="field" name="q"><button id="submit">submit</button></form>
    <form action="/next" method="post"><button id="post">post</button></form>`,
  ),
  '/next': html('Next', '<h1>Next page</h1>'),
  '/slow': (response) => later(response, html('Slow', '<h1>Slow page</h1>')),
  '/redirect': (response) => void response.writeHead(302, { location: '/next' }).end(),
  '/silent': () => undefined,
  '/empty': (response) => void response.writeHead(204).end(),
  '/download': (response) =>
    void response.writeHead(200, { 'content-disposition': 'attachment; filename="a.bin"' }).end('bytes'),
  '/never-ending': (response) => {
    response.writeHead(200, HTML);
    response.write(
      '<!DOCTYPE html><title>Never ending</title><button id="there" onclick="this.textContent=`clicked`">there</button>',
    );
  },
};

function later(response: ServerResponse, body: string): void {
  setTimeout(() => response.writeHead(200, HTML).end(body), 700);
}

import { OttoClient, OttoError } from '@telepat/otto-sdk';

/** A page that is a controller itself: it reads another page through a node, and shows a picture of it. */
const form = found('form', HTMLFormElement);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void readThrough(new FormData(form)).then(
    () => say('Done.'),
    (error: unknown) => say(error instanceof OttoError ? `${error.code}: ${error.message}` : String(error)),
  );
});

async function readThrough(fields: FormData): Promise<void> {
  const field = (name: string): string => String(fields.get(name));
  say('Connecting …');
  await using client = await OttoClient.connect({
    relayUrl: field('relayUrl'),
    clientId: field('clientId'),
    clientSecret: field('clientSecret'),
  });
  const [node] = await client.nodes.list();
  if (node === undefined) throw new Error('No node lets this client in.');
  say(`Reading through ${node.nodeId} …`);
  await using tab = await client.node(node.nodeId).tabs.open(field('url'));
  const { content } = await tab.markdown();
  const { bytes, mimeType } = await tab.screenshot();

  found('pre', HTMLPreElement).textContent = content;
  const picture = found('img', HTMLImageElement);
  picture.src = URL.createObjectURL(new Blob([bytes], { type: mimeType }));
  picture.hidden = false;
}

function say(words: string): void {
  found('[role=status]', HTMLElement).textContent = words;
}

function found<E extends Element>(selector: string, kind: new () => E): E {
  const element = document.querySelector(selector);
  if (element instanceof kind) return element;
  throw new Error(`This page has no ${selector}.`);
}

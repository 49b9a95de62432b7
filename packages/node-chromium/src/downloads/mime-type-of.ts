import mime from 'mime';

/**
 * The MIME type of a download. The browser does not tell it; but it gives a file that came without a name an ending that
 * fits the type of the response, and a `data:` address says it.
 */
export function mimeTypeOf({ fileName, url }: { readonly fileName: string; readonly url: string }): string {
  const said = /^data:([\w.+-]+\/[\w.+-]+)[;,]/i.exec(url.slice(0, 200))?.[1];
  return said?.toLowerCase() ?? mime.getType(fileName) ?? 'application/octet-stream';
}

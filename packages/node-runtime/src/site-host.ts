/** The host of a page that came over HTTP, in lower case and without its port; undefined of any other address. */
export function hostOf(url: string): string | undefined {
  const host = HOST.exec(url)?.[1]?.toLowerCase().replace(/\.$/, '');
  return host === '' ? undefined : host;
}

/** Whether a host is the one that is named, or a subdomain of it. */
export function isOfSite(host: string, site: string): boolean {
  const wanted = site.toLowerCase();
  return host === wanted || host.endsWith(`.${wanted}`);
}

/** As browsers write addresses; what stands before an `@` is a name and a password. */
const HOST = /^https?:\/\/(?:[^/?#]*@)?(\[[^\]/]*\]|[^/?#:]*)/i;

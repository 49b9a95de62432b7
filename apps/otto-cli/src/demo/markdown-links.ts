/** Links in a Markdown text; pictures have a mark before them and are left out. */
const LINK = /(?<!!)\[(?<text>[^\]\n]{1,200})\]\((?<url>https?:\/\/[^\s)]{1,2000})/g;

/** Pages that a Markdown text links to, those of the same site first; neither the page itself nor its own sections. */
export function linksToFollow(markdown: string, pageUrl: string): readonly PageLink[] {
  const seen = new Set([withoutSection(pageUrl)]);
  const links: PageLink[] = [];
  for (const { groups } of markdown.matchAll(LINK)) {
    const { text = '', url = '' } = groups ?? {};
    if (!URL.canParse(url) || seen.has(withoutSection(url))) continue;
    seen.add(withoutSection(url));
    links.push({ text: text.trim(), url });
  }
  const isNear = ({ url }: PageLink) => new URL(url).origin === new URL(pageUrl).origin;
  return [...links.filter(isNear), ...links.filter((link) => !isNear(link))];
}

function withoutSection(url: string): string {
  const parsed = new URL(url);
  parsed.hash = '';
  return parsed.href;
}

export interface PageLink {
  readonly text: string;
  readonly url: string;
}

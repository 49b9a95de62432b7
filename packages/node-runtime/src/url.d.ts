// Part of every runtime that we know, yet TypeScript has it only in the libraries of the DOM and of Node.

interface URL {
  readonly hostname: string;
  readonly port: string;
  readonly protocol: string;
}

declare const URL: {
  new (url: string): URL;
  prototype: URL;
  canParse(url: string): boolean;
};

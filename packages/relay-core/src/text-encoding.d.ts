// Part of every runtime that we know, yet TypeScript has it only in the libraries of the DOM and of Node.

interface TextEncoder {
  encode(text: string): Uint8Array;
}

interface TextDecoder {
  decode(bytes: Uint8Array): string;
}

declare const TextEncoder: { new (): TextEncoder };
declare const TextDecoder: { new (label?: 'utf-8', options?: { fatal?: boolean; ignoreBOM?: boolean }): TextDecoder };

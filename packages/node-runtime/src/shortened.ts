/** A text as it is, or its beginning with an ellipsis; a pair of surrogates is not torn apart. */
export function shortened(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const last = text.charCodeAt(lengthMax - 2);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, isHighSurrogate ? lengthMax - 2 : lengthMax - 1)}…`;
}

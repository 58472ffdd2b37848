/** Control characters, and those that turn the direction of what follows or take no room. */
const hidden = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** What a stranger sent, with every character that can't be seen as `\u{N}`: nothing hides in it, and it turns no line around. */
export function visibleText(text: string): string {
  return text.replace(hidden, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

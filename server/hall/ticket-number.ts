// Numbers as people read them: `a001`, `A001 ` and full-width `Ａ００１` are one.

/** Nearly every number is written so. */
const plain = /^[A-Z0-9-]+$/;
const unseen = /[\p{Z}\p{Cc}\p{Cf}]+/gu;

/** The number that a machine's text stands for: in capitals, of one width, without blanks. Leading zeros stay. */
export function ticketNumber(text: string): string {
  return plain.test(text) ? text : text.normalize('NFKC').toUpperCase().replace(unseen, '');
}

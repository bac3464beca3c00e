/** What a close frame can carry. */
const MAX_BYTES = 123;

/** `reason` as far as it fits, without half a character at the end. */
export function closeReason(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > MAX_BYTES) text = [...text].slice(0, -1).join('');
  return text;
}

/**
 * A byte string: each character is one byte. Values of the environment and arguments are any bytes to Linux, so they
 * stay bytes from the kernel to the app; text is made of them only to name files and to speak to people.
 */
export type Bytes = string & { readonly kind: 'bytes' };

const CHUNK = 8192;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export function encode(text: string): Bytes {
  return unescape(encodeURIComponent(text.replace(LONE_SURROGATE, '\ufffd'))) as Bytes;
}

/** What is not UTF-8 becomes U+FFFD. */
export function decode(bytes: Bytes): string {
  return bytes.replace(/[\xc2-\xf4][\x80-\xbf]{1,3}|[\x80-\xff]/g, (sequence) => {
    try {
      return decodeURIComponent(escape(sequence));
    } catch {
      return '\ufffd';
    }
  });
}

export function bytesFrom(buffer: ArrayBuffer, length: number): Bytes {
  const array = new Uint8Array(buffer, 0, length);
  let bytes = '';
  for (let at = 0; at < length; at += CHUNK) bytes += String.fromCharCode(...array.subarray(at, at + CHUNK));
  return bytes as Bytes;
}

export function bufferFrom(bytes: Bytes): ArrayBuffer {
  const array = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 1) array[at] = bytes.charCodeAt(at);
  return array.buffer;
}

/** Text that a page carries packed, and unpacks by itself: a third of the bytes, or less where much of it is alike. */

import { gzipSync } from 'node:zlib'

/** What `unpackText` of the page's script makes the same text of again. */
export function packText(text: string): string {
  return gzipSync(text, { level: 9, memLevel: 9 }).toString('base64')
}

/** `unpackText(id)`: the text that is packed in the JSON of this element. It fails where a browser cannot unpack. */
export const UNPACK_SCRIPT = `
async function unpackText(id) {
  const letters = atob(JSON.parse(document.getElementById(id).textContent))
  const bytes = new Uint8Array(letters.length)
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at)
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).text()
}
`

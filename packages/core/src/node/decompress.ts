import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { ByteSource } from '../transport/transport.ts'
import { TransportError } from '../transport/transport-error.ts'

function decoderFor(encoding: string): Transform {
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'deflate':
      return createInflate()
    case 'br':
      return createBrotliDecompress()
    default:
      // Also a chain of encodings: one layer is all that is undone.
      throw new TransportError('encoding', 'The answer has a content encoding that is not supported.')
  }
}

async function pump(source: ByteSource, decoder: Transform): Promise<void> {
  try {
    for (let bytes = await source.read(); bytes !== undefined; bytes = await source.read()) {
      if (!decoder.write(bytes)) await new Promise((resolve) => decoder.once('drain', resolve))
    }
    decoder.end()
  } catch (error) {
    decoder.destroy(error instanceof Error ? error : new Error('aborted', { cause: error }))
  }
}

/** Undoes one layer of content encoding. We ask for none, but some servers compress all the same. */
export function decompressed(source: ByteSource, encoding: string | undefined): ByteSource {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return source
  let iterator: AsyncIterator<Uint8Array> | undefined
  const start = (): AsyncIterator<Uint8Array> => {
    const decoder = decoderFor(encoding)
    void pump(source, decoder)
    return decoder[Symbol.asyncIterator]()
  }
  return {
    read: async () => {
      iterator ??= start()
      try {
        const next = await iterator.next()
        return next.done === true ? undefined : next.value
      } catch (error) {
        const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
        throw code.startsWith('Z_') || code.startsWith('ERR_')
          ? new TransportError('encoding', 'The answer’s content encoding is broken.', error)
          : error
      }
    },
    release: source.release,
  }
}

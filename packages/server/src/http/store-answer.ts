import { ProxyApiError } from '@proxyapi/core'
import { isStorageError } from '@proxyapi/logging/node'

/** The refusal of a route whose store is not there. */
export function notKept(what: string): ProxyApiError {
  return new ProxyApiError({ code: 'not_found', message: `This gateway keeps no ${what}: it was started without a data folder.` })
}

/** The answer of a store; its failure as an error that clients understand. @throws ProxyApiError `storage_unavailable` */
export async function fromStore<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!isStorageError(error)) throw error
    const message = `The ${what} can't be read or written at the moment.`
    throw new ProxyApiError({ code: 'storage_unavailable', message, retryable: true, cause: error })
  }
}

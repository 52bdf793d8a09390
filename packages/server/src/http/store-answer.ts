import { ProxyApiError } from '@proxyapi/core'
import { isStorageError } from '@proxyapi/logging/node'

/** What a route of a store that is not there says. */
export function notKept(what: string): ProxyApiError {
  return new ProxyApiError({ code: 'not_found', message: `This gateway keeps no ${what}: it was started without a data folder.` })
}

/** What a store answers, or that it can't at the moment. @throws ProxyApiError `overloaded` */
export async function fromStore<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!isStorageError(error)) throw error
    const message = `The ${what} can't be read or written at the moment.`
    throw new ProxyApiError({ code: 'overloaded', message, retryable: true, cause: error })
  }
}

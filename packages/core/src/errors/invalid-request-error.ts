import { ProxyApiError } from './proxy-api-error.ts'

/** The caller's request is wrong, and the message says which field, what was found and what would be right. */
export class InvalidRequestError extends ProxyApiError {
  override readonly name = 'InvalidRequestError'

  constructor(message: string, param?: string) {
    super({ code: 'invalid_request', message, param })
  }
}

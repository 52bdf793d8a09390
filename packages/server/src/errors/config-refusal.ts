import { ProxyApiError } from '@proxyapi/core'

/** A configuration that is refused, with everything that is wrong with it. */
export class ConfigRefusal extends ProxyApiError {
  override readonly name = 'ConfigRefusal'
  /** As the body of the answer has them. */
  readonly issues: readonly object[]

  constructor(issues: readonly { readonly path: string; readonly message: string }[]) {
    const [first] = issues
    const rest = issues.length > 1 ? ` There ${issues.length === 2 ? 'is 1 more' : `are ${issues.length - 1} more`}.` : ''
    const message = `The configuration is not valid, and nothing was changed: ${first?.message ?? 'it can\u2019t be read'}.${rest}`
    super({ code: 'invalid_request', message, param: first?.path || undefined })
    this.issues = issues
  }
}

/** The issues that an error brings besides its message. */
export function issuesOf(error: ProxyApiError): readonly object[] | undefined {
  return 'issues' in error && Array.isArray(error.issues) ? (error.issues as readonly object[]) : undefined // as the class above has them
}

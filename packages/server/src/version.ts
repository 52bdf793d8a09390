/** The version of this package, set by the build; in source, where nothing is built, it is `0.0.0-source`. */
declare const PROXYAPI_VERSION: string | undefined

/** The version of this package; `0.0.0-source` when it runs from source. */
export const version: string = typeof PROXYAPI_VERSION === 'string' ? PROXYAPI_VERSION : '0.0.0-source'

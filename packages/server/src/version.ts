/** The version of this package, set by the build; in source, where nothing is built, it is `0.0.0-source`. */
declare const PROXYAPI_VERSION: string | undefined

export const version: string = typeof PROXYAPI_VERSION === 'string' ? PROXYAPI_VERSION : '0.0.0-source'

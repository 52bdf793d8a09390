/** The clock, unless a caller brings its own. Unix milliseconds. */
export const systemNow = (): number => Date.now()

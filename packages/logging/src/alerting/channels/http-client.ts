import ky from 'ky'

/** In a file of its own to be loaded late: in the CommonJS build a bundled package's default export is out of `import()`'s reach, a name is not. */
export const httpClient = ky

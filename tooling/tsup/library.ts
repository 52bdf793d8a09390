import { defineConfig, type Options } from 'tsup'

/** The build of a published package: ESM, CommonJS, types and maps for Node 20. ky is ESM-only, so it is bundled. `more` is added to the options of tsup. */
export function library(entry: Record<string, string>, more: Options = {}): ReturnType<typeof defineConfig> {
  const options: Options = {
    entry,
    format: ['esm', 'cjs'],
    target: 'node20',
    dts: true,
    sourcemap: true,
    clean: true,
    splitting: true,
    treeshake: true,
    noExternal: ['ky'],
    ...more,
  }
  return defineConfig(options)
}

/** The build of a program: ESM only, no types. */
export function program(entry: Record<string, string>): ReturnType<typeof defineConfig> {
  return defineConfig({ entry, format: ['esm'], target: 'node20', sourcemap: true, clean: true, splitting: true })
}

import { fileURLToPath } from 'node:url'
import { createViteServer } from 'vitest/node'
import type { createEngine } from '../../engine/engine.ts'
import type { createSimulatedLimits } from '../simulated-limits.ts'
import type { Mutant } from './mutants.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const sources = `${root}src/`

interface EngineModule {
  readonly createEngine: typeof createEngine
  readonly createLimits: typeof createSimulatedLimits
}

/** Loads the engine from its sources with one edit in memory. */
export interface MutantLoader {
  /** @throws Error when the text of the mutant does not occur in its file exactly once */
  readonly load: (mutant: Mutant) => Promise<EngineModule>
  readonly close: () => Promise<void>
}

function edit(code: string, { name, file, from, to }: Mutant): string {
  const pieces = code.split(from)
  if (pieces.length !== 2) throw new Error(`The text of the mutant "${name}" must occur in ${file} exactly once, and occurs ${pieces.length - 1} times.`)
  return pieces.join(to)
}

export async function createMutantLoader(): Promise<MutantLoader> {
  let planted: Mutant | undefined
  const plugin = {
    name: 'plant-mutant',
    enforce: 'pre' as const,
    transform: (code: string, id: string) => (planted !== undefined && id === sources + planted.file ? edit(code, planted) : undefined),
  }
  const server = await createViteServer({
    root,
    configFile: false,
    logLevel: 'silent',
    appType: 'custom',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
    ssr: { resolve: { conditions: ['@proxyapi/source', 'node', 'import', 'default'] } },
    plugins: [plugin],
  })
  const { ssr } = server.environments
  const forget = (file: string): void => {
    for (const module of ssr.moduleGraph.getModulesByFile(sources + file) ?? []) ssr.moduleGraph.invalidateModule(module)
  }
  return {
    load: async (mutant) => {
      if (planted !== undefined) forget(planted.file)
      planted = mutant
      forget(mutant.file)
      const { createEngine: engine } = (await server.ssrLoadModule('/src/engine/engine.ts')) as Pick<EngineModule, 'createEngine'>
      const limits = (await server.ssrLoadModule('/src/testing/simulated-limits.ts')) as { readonly createSimulatedLimits: typeof createSimulatedLimits }
      return { createEngine: engine, createLimits: limits.createSimulatedLimits }
    },
    close: () => server.close(),
  }
}

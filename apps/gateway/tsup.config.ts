import { program } from '../../tooling/tsup/library.ts'

export default program({ cli: 'src/cli.ts', index: 'src/index.ts', main: 'src/main.ts', worker: 'src/worker.ts' })

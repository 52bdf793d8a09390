import { library } from '../../tooling/tsup/library.ts'

export default library({ index: 'src/index.ts', node: 'src/node.ts', testing: 'src/testing.ts' }, { shims: true })

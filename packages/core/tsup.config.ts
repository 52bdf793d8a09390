import { library } from '../../tooling/tsup/library.ts'

export default library({
  index: 'src/index.ts',
  catalogue: 'src/catalogue.ts',
  chaos: 'src/chaos.ts',
  dialects: 'src/dialects.ts',
  limits: 'src/limits.ts',
  node: 'src/node.ts',
  serving: 'src/serving.ts',
  testing: 'src/testing.ts',
  'wire/index': 'src/wire/index.ts',
})

import { library } from '../../tooling/tsup/library.ts'

export default library(
  { index: 'src/index.ts', node: 'src/node.ts', 'recorder-worker': 'src/node/recorder-worker.ts' },
  // The CommonJS copy finds the recorder's worker file by `import.meta.url`, which it does not have of its own.
  { shims: true },
)

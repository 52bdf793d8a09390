import { readFileSync } from 'node:fs'
import { library } from '../../tooling/tsup/library.ts'

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string }

export default library({ index: 'src/index.ts', node: 'src/node.ts' }, { define: { PROXYAPI_VERSION: JSON.stringify(version) } })

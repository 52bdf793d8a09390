// Run as a process of its own by the test, which kills it. Says how far it has come after each acknowledged record.
import { createAuditLog } from '../audit-log.ts'

const [file = '', secret = ''] = process.argv.slice(2)
const audit = createAuditLog({ file, secret })
for (let index = 1; ; index++) {
  audit.append({ action: 'auth.failed', outcome: 'denied', sourceAddress: `192.0.2.${index % 250}` })
  await audit.appendNow({ action: 'config.reload', outcome: 'success', details: { index } })
  process.stdout.write(`${index}\n`)
}

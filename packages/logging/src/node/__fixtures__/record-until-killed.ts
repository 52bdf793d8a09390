// Run as a process of its own by the test, which kills it. Reports each acknowledged audit event (a), and each request with the time it was pushed (r).
import { writeSync } from 'node:fs'
import { callWith, requestOf } from '../../record/__fixtures__/call.ts'
import { createWorkerRecorder } from '../create-worker-recorder.ts'
import { createStartThread } from '../recorder-thread.ts'

const [file = '', secret = '', worker = '', run = ''] = process.argv.slice(2)
const recorder = createWorkerRecorder({ file, secret, startThread: createStartThread(worker) })

async function audit(): Promise<void> {
  for (let index = 0; ; index++) {
    const object = `${run}-${index}`
    await recorder.audit({ action: 'config.reload', object, outcome: 'success' })
    writeSync(1, `a ${object}\n`)
  }
}

void audit()
let index = 0
setInterval(() => {
  let said = ''
  for (let count = 0; count < 5; count++) {
    const id = `${run}-${index++}`
    const startedAtMs = Date.now()
    recorder.push(requestOf(callWith({ id, user: `user-${index % 7}`, costNanoUsd: 7, startedAtMs, endedAtMs: startedAtMs })))
    said += `r ${id} ${startedAtMs}\n`
  }
  writeSync(1, said)
}, 4)

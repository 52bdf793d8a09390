import { answerChecks } from '../../packages/server/src/route-table/answer-check.ts'

answerChecks.isEnabled = true

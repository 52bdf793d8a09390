import { attemptsBounded, attemptsOnReceipt, givenUpStaysSo, nothingAbandoned, nothingAfterCommit, retryAfterHonoured } from './attempts.ts'
import { answeredWhileOneIsSound } from './availability.ts'
import type { Invariant } from './invariant.ts'
import { hedgesBounded, retriesPaidFor } from './load.ts'
import { oneWinner, usageIsTheWinners, winnerIsNamed } from './money.ts'
import {
  deadlineKept,
  everyCallerIsTold,
  failuresAreTyped,
  leasesReturned,
  nothingArmed,
  receiptTellsTheTruth,
  settledOnce,
} from './settlement.ts'
import { completeMeansWhole, finishIsTold, textIsOneAnswer } from './text.ts'

/** What must hold of every engine in every run (RESILIENCE.md). */
export const allInvariants: readonly Invariant[] = [
  settledOnce,
  receiptTellsTheTruth,
  everyCallerIsTold,
  failuresAreTyped,
  deadlineKept,
  leasesReturned,
  nothingArmed,
  attemptsBounded,
  attemptsOnReceipt,
  givenUpStaysSo,
  retryAfterHonoured,
  nothingAbandoned,
  nothingAfterCommit,
  textIsOneAnswer,
  completeMeansWhole,
  finishIsTold,
  usageIsTheWinners,
  winnerIsNamed,
  oneWinner,
  retriesPaidFor,
  hedgesBounded,
  answeredWhileOneIsSound,
]

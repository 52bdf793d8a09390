import {
  attemptsBounded,
  attemptsOnReceipt,
  callersFaultEndsIt,
  givenUpStaysSo,
  nothingAbandoned,
  nothingAfterCommit,
  retryAfterHonoured,
  silenceGivenUp,
} from './attempts.ts'
import { answeredWhileOneIsSound, bufferedMeansWhole } from './availability.ts'
import { circuitsObeyed, slotsBounded } from './circuit.ts'
import type { Invariant } from './invariant.ts'
import { hedgesBounded, retriesPaidFor } from './load.ts'
import { moneyAddsUp, oneWinner, onlyTheWinnerIsBilled, usageIsTheWinners, winnerIsNamed } from './money.ts'
import { restsRespected } from './rest.ts'
import {
  attemptsEnded,
  deadlineKept,
  everyCallerIsTold,
  failuresAreTyped,
  leasesReturned,
  nothingArmed,
  receiptTellsTheTruth,
  settledOnce,
  slotsReturned,
} from './settlement.ts'
import { completeMeansWhole, finishIsTold, rawIsUnderstood, textIsOneAnswer } from './text.ts'

/** The invariants that every engine must keep in every run (docs/resilience.md). */
export const allInvariants: readonly Invariant[] = [
  settledOnce,
  receiptTellsTheTruth,
  everyCallerIsTold,
  failuresAreTyped,
  deadlineKept,
  leasesReturned,
  nothingArmed,
  slotsReturned,
  attemptsEnded,
  attemptsBounded,
  attemptsOnReceipt,
  givenUpStaysSo,
  callersFaultEndsIt,
  retryAfterHonoured,
  nothingAbandoned,
  silenceGivenUp,
  nothingAfterCommit,
  textIsOneAnswer,
  completeMeansWhole,
  finishIsTold,
  rawIsUnderstood,
  usageIsTheWinners,
  winnerIsNamed,
  oneWinner,
  moneyAddsUp,
  onlyTheWinnerIsBilled,
  retriesPaidFor,
  hedgesBounded,
  circuitsObeyed,
  slotsBounded,
  restsRespected,
  answeredWhileOneIsSound,
  bufferedMeansWhole,
]

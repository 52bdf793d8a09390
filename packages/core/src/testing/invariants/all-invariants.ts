import { budgetCountsEverything, budgetKept, budgetRefusesOnlyWhatItLacks, nothingStaysHeld, placesKept, rateKept } from './allowance.ts'
import {
  attemptsBounded,
  attemptsOnReceipt,
  callerErrorIsFinal,
  noReturnToRejected,
  nothingAbandoned,
  nothingAfterCommit,
  retryAfterHonoured,
  silenceTimesOut,
} from './attempts.ts'
import { answeredWhileOneIsHealthy, bufferedMeansWhole } from './availability.ts'
import { circuitsObeyed, slotsBounded } from './circuit.ts'
import { cooldownsRespected } from './cooldown.ts'
import type { Invariant } from './invariant.ts'
import { hedgesBounded, retriesWithinBudget } from './load.ts'
import { billedAttemptAnswered, costsAddUp, oneWinner, onlyTheWinnerIsBilled, usageIsTheWinners, winnerIsNamed } from './money.ts'
import {
  attemptsEnded,
  deadlineKept,
  everyCallerGetsAnEnd,
  failuresAreTyped,
  holdsReleased,
  noTimersLeft,
  receiptMatchesClient,
  settledOnce,
  slotsReleased,
} from './settlement.ts'
import { completeMeansWhole, finishIsForwarded, rawMatchesChunks, textIsOneAnswer } from './text.ts'

/** What must hold in every run of every engine (docs/resilience.md). */
export const allInvariants: readonly Invariant[] = [
  settledOnce,
  receiptMatchesClient,
  everyCallerGetsAnEnd,
  failuresAreTyped,
  deadlineKept,
  holdsReleased,
  noTimersLeft,
  slotsReleased,
  attemptsEnded,
  attemptsBounded,
  attemptsOnReceipt,
  noReturnToRejected,
  callerErrorIsFinal,
  retryAfterHonoured,
  nothingAbandoned,
  silenceTimesOut,
  nothingAfterCommit,
  textIsOneAnswer,
  completeMeansWhole,
  finishIsForwarded,
  rawMatchesChunks,
  usageIsTheWinners,
  winnerIsNamed,
  billedAttemptAnswered,
  oneWinner,
  costsAddUp,
  onlyTheWinnerIsBilled,
  retriesWithinBudget,
  hedgesBounded,
  circuitsObeyed,
  slotsBounded,
  cooldownsRespected,
  answeredWhileOneIsHealthy,
  bufferedMeansWhole,
  budgetKept,
  budgetCountsEverything,
  nothingStaysHeld,
  budgetRefusesOnlyWhatItLacks,
  rateKept,
  placesKept,
]

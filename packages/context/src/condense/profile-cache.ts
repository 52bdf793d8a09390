import type { MessageAnalysis } from './analyse-message.ts'
import type { ConversationProfile } from './conversation-profile.ts'
import { profileConversation } from './profile-conversation.ts'
import type { Steps } from './steps.ts'

/** Gives the profile of a history, from memory when it is one of the last few. */
export type ProfileCache = (messages: readonly MessageAnalysis[]) => Steps<ConversationProfile>

const mostProfiles = 6
/** Profiles of longer histories are not kept: a unit takes about 200 bytes. */
const mostUnits = 60_000

function isOf(profile: ConversationProfile, messages: readonly MessageAnalysis[]): boolean {
  return profile.messages.length === messages.length && profile.messages.every((message, index) => message === messages[index])
}

/** As many of the first profiles as fit. */
function newest(profiles: readonly ConversationProfile[]): readonly ConversationProfile[] {
  let units = 0
  return profiles.slice(0, mostProfiles).filter((profile) => {
    units += profile.units.length
    return units <= mostUnits
  })
}

/** A new question on the same history asks for the same profile. */
export function createProfileCache(): ProfileCache {
  let kept: readonly ConversationProfile[] = []
  return function* profileOf(messages) {
    const known = kept.find((profile) => isOf(profile, messages))
    const profile = known ?? (yield* profileConversation(messages))
    const others = kept.filter((other) => other !== known)
    kept = newest([profile, ...others])
    return profile
  }
}

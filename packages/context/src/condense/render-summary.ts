import type { ConversationProfile } from './conversation-profile.ts'
import type { Selection } from './selection.ts'

/** How each role is named in a summary. */
const labels: Readonly<Record<string, string>> = {
  user: 'User',
  assistant: 'Assistant',
  tool: 'Tool',
  system: 'System',
  developer: 'System',
}

interface Sheet {
  readonly lines: string[]
  readonly isNaming: boolean
  role: string | undefined
  message: number
  line: number
  end: number
}

function labelOf(role: string): string {
  return `${labels[role] ?? role}: `
}

/** Adds a unit: to its line when that is under way, else on a line of its own, with its speaker when that has changed. */
function addUnit(profile: ConversationProfile, sheet: Sheet, index: number): void {
  const placed = profile.units[index]
  const analysis = placed && profile.messages[placed.message]
  if (placed === undefined || analysis === undefined) return
  const { start, end, line } = placed.unit
  if (placed.message === sheet.message && line === sheet.line) {
    const gap = analysis.text.slice(sheet.end, start)
    const last = sheet.lines.length - 1
    sheet.lines[last] = `${sheet.lines[last] ?? ''}${gap.trim() === '' ? gap : ' '}${analysis.text.slice(start, end)}`
  } else {
    const isNamed = sheet.isNaming && analysis.role !== sheet.role
    sheet.lines.push(`${isNamed ? labelOf(analysis.role) : ''}${analysis.text.slice(start, end)}`)
  }
  sheet.role = analysis.role
  sheet.message = placed.message
  sheet.line = line
  sheet.end = end
}

function renderSheet(profile: ConversationProfile, { isChosen }: Selection, isNaming: boolean): readonly string[] {
  // A single message needs no name, so that a summary condensed again stays as it is.
  const sheet: Sheet = { lines: [], isNaming: isNaming && profile.messages.length > 1, role: undefined, message: -1, line: -1, end: 0 }
  for (let index = 0; index < isChosen.length; index++) if (isChosen[index] === 1) addUnit(profile, sheet, index)
  return sheet.lines
}

/** The chosen units in the order of the history, a line for each line of the source. */
export function renderLines(profile: ConversationProfile, selection: Selection): readonly string[] {
  return renderSheet(profile, selection, true)
}

/** The same lines without the names of who speaks: in a history of a few words the names are longer than what is said. */
export function renderUnnamedLines(profile: ConversationProfile, selection: Selection): readonly string[] {
  return renderSheet(profile, selection, false)
}

/** The text of a content, where only text can be sent: parts joined, other parts left out. */
export function textOfContent(
  content: string | readonly { readonly type: string; readonly text?: string | undefined }[] | undefined,
): string {
  if (content === undefined) return ''
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('')
}

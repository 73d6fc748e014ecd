/**
 * Whether a client has what an answer would bring, by its `If-None-Match`: a list of tags, weak or not, or `*` for
 * whatever there is. Tags are compared weakly, as RFC 9110 has it.
 */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  const tags: readonly string[] = ifNoneMatch.match(/"[^"]*"/g) ?? []
  return tags.includes(etag.replace(/^W\//, ''))
}

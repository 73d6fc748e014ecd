import type { ObservedJob, ObservedPage } from '../job-provider.ts'

/** Where in the pages of a provider, whose size is its own, a page of ours begins. */
export interface Place {
  /** Of the provider's page; undefined: it is the first. */
  readonly cursor: string | undefined
  /** Jobs of that page that were given before. */
  readonly given: number
}

/** Reads what `cutPage` gave as `next`. */
export function placeIn(cursor: string | undefined): Place {
  const [, given = '0', rest = ''] = /^(\d{1,9}):(.*)$/s.exec(cursor ?? '') ?? []
  return { cursor: rest === '' ? undefined : rest, given: Number(given) }
}

/**
 * At most `limit` of a provider's page. What is left of it is fetched again with the next one.
 * @param next cursor of the provider's next page; null: there is none.
 */
export function cutPage(
  jobs: readonly ObservedJob[],
  { cursor, given }: Place,
  limit: number,
  next: string | null,
): ObservedPage {
  const page = jobs.slice(given, given + limit)
  if (given + limit < jobs.length) return { jobs: page, next: `${given + limit}:${cursor ?? ''}` }
  return { jobs: page, next: next === null ? null : `0:${next}` }
}

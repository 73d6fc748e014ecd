import { fieldReader, textOf } from './field-path.ts'
import type { GenericList, GenericNext } from './generic-config.ts'

/** What is known of a page when the next is looked for. */
export interface PageAnswer {
  /** That it was asked for. */
  readonly url: URL
  /** Undefined: it was the first. */
  readonly cursor: string | undefined
  readonly value: unknown
  readonly headers: Headers
  /** Jobs on it, those that cannot be read included. */
  readonly count: number
  readonly pageSize: number
}

/** What a page's URL is made of. */
export type PageVariables = Readonly<Record<'cursor' | 'page' | 'offset' | 'url', string | undefined>>

/** How the page of a cursor is asked for. */
export function variablesOf(next: GenericNext | undefined, cursor: string | undefined): PageVariables {
  const none = { cursor: undefined, page: undefined, offset: undefined, url: undefined }
  switch (next?.style) {
    case 'cursor':
      return { ...none, cursor }
    case 'page':
      return { ...none, page: cursor ?? String(next.first ?? 1) }
    case 'offset':
      return { ...none, offset: cursor ?? '0' }
    case 'url':
    case 'link':
      return { ...none, url: cursor }
    case undefined:
      return none
  }
}

/** The cursor of the next page; null: there is none. */
export function nextCursor({ next }: GenericList, answer: PageAnswer): string | null {
  switch (next?.style) {
    case 'cursor':
    case 'url':
      return textOf(fieldReader(next.at)(answer.value)) ?? null
    case 'link':
      return nextLink(answer.headers.get('link'))
    case 'page':
      return isFull(answer) ? String(Number(answer.cursor ?? next.first ?? 1) + 1) : null
    case 'offset':
      return isFull(answer) ? String(Number(answer.cursor ?? 0) + answer.count) : null
    case undefined:
      return null
  }
}

function isFull({ count, pageSize }: PageAnswer): boolean {
  return count >= pageSize
}

/** Of RFC 8288: `<https://...>; rel="next"`. */
function nextLink(header: string | null): string | null {
  for (const [, target, parameters = ''] of (header ?? '').matchAll(/<([^>]*)>([^<]*)/g)) {
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)/i.test(parameters)) return target ?? null
  }
  return null
}

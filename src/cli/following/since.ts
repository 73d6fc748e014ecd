import { InvalidArgumentError, Option } from '@commander-js/extra-typings'

/** A moment as it is given on the command line: so long ago, or when it was, in ISO 8601. */
export type Since = { readonly ago: number } | { readonly at: string }

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export const sinceOption = (): Option<'--since <when>', undefined, undefined, Since> =>
  new Option(
    '--since <when>',
    'only what was then or later: 30s, 10m, 2h, 1d ago, or a time in ISO 8601',
  ).argParser(parseSince)

/** @throws InvalidArgumentError of commander, which names the option. */
export function parseSince(text: string): Since {
  const [, count, unit] = /^(\d{1,9}(?:\.\d+)?)(s|m|h|d)$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined) return { ago: Number(count) * units[unit]! }
  const at = /^\d{4}-/.test(text) ? Date.parse(text) : NaN
  if (!Number.isNaN(at)) return { at: new Date(at).toISOString() }
  throw new InvalidArgumentError(
    'It takes how long ago, as in 90s, 10m, 2h or 1d, or a time, as in 2025-01-31T12:00:00Z.',
  )
}

/** As servers are asked. @param now in milliseconds since the epoch */
export const momentOf = (since: Since, now: number): string =>
  'at' in since ? since.at : new Date(Math.max(0, now - since.ago)).toISOString()

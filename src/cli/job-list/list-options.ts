import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import type { JobStatus } from '../../job/job-status.ts'
import type { JobSort, JobSortKey } from '../../protocol/job-sort.ts'

// Written out, as what has them would take long to load for a help. The compiler checks them.
const statuses = {
  pending: true,
  uploading: true,
  queued: true,
  running: true,
  stopping: true,
  restarting: true,
  stopped: true,
  completed: true,
  failed: true,
  cancelled: true,
} satisfies Record<JobStatus, true>

const sortKeys = {
  submitted: true,
  started: true,
  ended: true,
  name: true,
  status: true,
  duration: true,
  restarts: true,
} satisfies Record<JobSortKey, true>

/** May be given several times, or with commas. */
export const statusOption = <const S extends JobStatus>(
  what: string,
  choices: readonly S[] = Object.keys(statuses) as S[],
): Option<'-s, --status <status>', undefined, undefined, readonly S[]> =>
  new Option('-s, --status <status>', what).argParser((text, before: readonly S[] = []) => {
    const given = text.split(',').map((word) => word.trim())
    const wrong = given.find((word) => !choices.includes(word as S))
    if (wrong === undefined) return [...before, ...(given as S[])]
    throw new InvalidArgumentError(`\`${wrong}\` is none of ${choices.join(', ')}.`)
  })

/** May be given several times, or with commas. */
export const severalWords = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== ''),
]

export const providerOption = (
  what: string,
): Option<'--provider <provider>', undefined, undefined, readonly string[]> =>
  new Option('--provider <provider>', what).argParser(severalWords)

export const sortOption = (): Option<'--sort <key>', undefined, JobSort, JobSort> =>
  new Option(
    '--sort <key>',
    `by ${Object.keys(sortKeys).join(', ')}; with a - in front the highest or newest first`,
  )
    .argParser((text): JobSort => {
      if (Object.hasOwn(sortKeys, text.replace(/^-/, ''))) return text as JobSort
      throw new InvalidArgumentError(
        `It takes one of ${Object.keys(sortKeys).join(', ')}, with or without a - in front.`,
      )
    })
    .default('-submitted', '-submitted')

/** The other way round. */
export const reversed = (sort: JobSort): JobSort =>
  (sort.startsWith('-') ? sort.slice(1) : `-${sort}`) as JobSort

import { RegionFencedError } from '../../errors/cluster-errors.ts'
import { toPortableError } from '../../errors/portable-error-codec.ts'
import type { PortableError } from '../../errors/portable-error.ts'
import type { PartNews, PartOrder, RegionNews } from '../protocol/heartbeat.ts'

/** What is known of a part of a job in a slot. */
export interface PartKnowledge {
  readonly order: PartOrder
  /** Whether its process has heeded that order. */
  readonly isHeeded: boolean
  /** What the process has said last; null: there is none, or it has said nothing yet. */
  readonly told: Pick<PartNews, 'regions' | 'services'> | null
  readonly hasProcess: boolean
  readonly lost: PortableError | null
  /** Whether it is not started anew. */
  readonly givenUp: boolean
}

/**
 * What a worker says of a part. What was ordered is there from then on, whatever its process has said before it knew; and
 * what it had is there until the process says that it is not: the leader gives nothing to others that is there.
 */
export function newsOf(known: PartKnowledge): PartNews {
  const { order, told, lost } = known
  const ordered = order.regions.map((region) => orderedNews(known, region))
  const others = (told?.regions ?? []).filter(({ region }) => !order.regions.includes(region))
  return {
    job: order.job,
    slot: order.slot,
    regions: [...ordered, ...others],
    services: servicesOf(known),
    lost,
    givenUp: known.givenUp,
  }
}

function orderedNews({ told, isHeeded, givenUp, lost }: PartKnowledge, region: string): RegionNews {
  const last = told?.regions.find((one) => one.region === region)
  if (last?.state === 'ended') return last
  if (givenUp) return { region, state: 'failed', report: last?.report ?? null, error: lost }
  if (last !== undefined && isHeeded) return last.state === 'released' ? fenced(last) : last
  return { region, state: 'running', report: last?.report ?? null, error: null }
}

/** It was let go of without being told to: somebody else had claimed it. Whoever is to have it has to begin anew. */
function fenced({ region, report }: RegionNews): RegionNews {
  const error = toPortableError(
    new RegionFencedError('Another worker has claimed a region that this one was told to have.', {
      remedy: 'Nothing to mend: it is placed anew.',
    }),
  )
  return { region, state: 'failed', report, error }
}

function servicesOf({ order, told, isHeeded, hasProcess, givenUp }: PartKnowledge): PartNews['services'] {
  const { phase, services } = order
  const said = told?.services ?? null
  if (!services) return said
  const isEnding = phase === 'close' || phase === 'abort'
  if (!hasProcess && (givenUp || isEnding)) return { down: [] }
  if (said !== null && (isHeeded || 'state' in said)) return said
  return isEnding && isHeeded ? { down: [] } : { state: 'starting' }
}

/** Whether there is something that the leader ought to hear at once. */
export function saysMore(before: PartNews, after: PartNews): boolean {
  return sayingOf(before) !== sayingOf(after)
}

function sayingOf({ regions, services, lost, givenUp }: PartNews): string {
  return JSON.stringify([
    regions.map(({ region, state }) => [region, state]),
    services,
    lost !== null,
    givenUp,
  ])
}

/** Whether nothing of it runs any more. */
export function isIdle({ regions, services }: PartNews): boolean {
  const isUp = services !== null && 'state' in services
  return !isUp && regions.every(({ state }) => state !== 'running')
}

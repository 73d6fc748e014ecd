import { attempt, type Part } from '../context.ts'
import { figure, renderTable } from '../report/table.ts'
import { notMeasured, type Target } from '../report/target.ts'
import type { MemoryReport } from './memory-child.ts'

const records = 5_000_000
const ours = ['millrace', 'millrace 16', 'millrace in threads']
const variants = ['loop', 'async generators', ...ours, 'rxjs concatMap', 'rxjs mergeMap 16']

/** A few chunks: far below the five million that a library without demand holds. */
const mostAhead = 8192
/** There are two edges on the way to threads and back, with two channels each. */
const mostAheadInThreads = 16_384
/** An object held is 40 bytes and more; what is left is the noise of a heap that grows into its limits. */
const flat = 4

const targetFor = (variant: string, outcome: MemoryReport | undefined): Target => {
  const most = variant === 'millrace in threads' ? mostAheadInThreads : mostAhead
  const target = `memory, ${variant}: all 5M, at most ${String(most)} ahead of the sink, RSS flat`
  if (outcome === undefined) return notMeasured(target)
  const { finished, ahead, bytesPerRecord = Number.NaN } = outcome
  return {
    target,
    measured: `${finished ? 'finished' : 'stopped'}, ${String(ahead)} ahead, ${figure(bytesPerRecord)} B/record`,
    verdict: finished && ahead <= most && Math.abs(bytesPerRecord) <= flat ? 'met' : 'not met',
  }
}

/**
 * A fast synchronous source into a sink that takes a turn of the event loop for each record; in threads by way of two that
 * sum up by key, with checkpoints.
 */
export const memory: Part = async (context) => {
  const outcomes = new Map<string, MemoryReport | undefined>()
  for (const variant of variants) {
    context.progress(`memory, ${variant}`)
    // Ours and the plain loops may take their time on a busy machine; the limit is for what never ends.
    const limit = variant.startsWith('rxjs') ? context.options.memoryLimitSeconds : 240
    const outcome = await attempt<MemoryReport>(context, `memory, ${variant}`, () =>
      context.children.run({
        module: 'scenarios/memory-child.ts',
        args: ['--variant', variant, '--records', String(records), '--limit', String(limit)],
        timeoutSeconds: limit * 3 + 60,
      }),
    )
    outcomes.set(variant, outcome)
  }
  context.show(
    renderTable({
      title: 'memory: 5M objects from a synchronous generator, an async sink of one setImmediate each',
      head: [
        'library',
        'sunk',
        'seconds',
        'peak RSS MB',
        'most ahead of the sink',
        'RSS B/record after 100k, in threads after 2M',
      ],
      rows: [...outcomes].map(([variant, outcome]) =>
        outcome === undefined
          ? [variant, 'not measured']
          : [
              variant,
              outcome.finished ? 'all' : String(outcome.sunk),
              figure(outcome.seconds),
              figure(outcome.peakMegabytes),
              String(outcome.ahead),
              figure(outcome.bytesPerRecord ?? Number.NaN),
            ],
      ),
    }),
  )
  return ours.map((variant) => targetFor(variant, outcomes.get(variant)))
}

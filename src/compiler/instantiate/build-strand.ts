import { ArrayHead } from '../../runtime/task/heads/array-head.ts'
import { OutBuffer } from '../../runtime/flow-control/out-buffer.ts'
import { copyLoop } from '../../runtime/task/copy-loop.ts'
import { codeGenerationAllowed, generateLoop, hasCursor } from '../../runtime/task/generated-loop.ts'
import type { Head } from '../../runtime/task/heads/head.ts'
import { InputHead } from '../../runtime/task/heads/input-head.ts'
import { interpretLoop } from '../../runtime/task/interpreted-loop.ts'
import { Cursor, LoopState } from '../../runtime/task/loop-state.ts'
import { buildSteps } from '../../runtime/task/steps.ts'
import { Strand } from '../../runtime/task/strand.ts'
import type { StrandParts } from '../../runtime/task/strand-parts.ts'
import { TieredLoop } from '../../runtime/task/tiered-loop.ts'
import { nodeOf, type PlanNode } from '../plan.ts'
import type { BuildContext } from './instantiate.ts'
import type { Segment } from './segment.ts'

/**
 * The strand of a segment that is complete.
 * @param member its first node. @param source the books of the source at its head, or null where that is none.
 */
export function buildStrand(
  segment: Segment,
  member: PlanNode,
  source: StrandParts['source'],
  { plan, resources, loops, ended }: BuildContext,
): Strand {
  const { late, outputs, stages, eventTimes, failures, letters, ledger, activity, calls } = segment
  const sinks = segment.nodes.filter((id) => nodeOf(plan, id).transformation.kind === 'sink')
  const head = segment.head as Head
  const loop = member.loop === null ? null : (loops[member.loop] ?? null)
  const state = new LoopState(
    stages.length,
    stages.flatMap((stage, op) => (hasCursor(stage) ? [new Cursor(op)] : [])),
  )
  const { emitter } = outputs
  const copied =
    head instanceof ArrayHead && stages.length === 0 && emitter instanceof OutBuffer && emitter.plain
  const out = emitter === null ? null : outputs
  const steps = buildSteps(stages, out, 'loop')
  // Reply handles travel with the records, which generated loops know nothing of.
  const generates = codeGenerationAllowed && member.service === null && !copied
  const generate = generates ? () => generateLoop(stages, head.kind, emitter) : null
  const { clock, taskLoop, stopTimeout, checkpoints } = resources
  const strand = new Strand({
    host: {
      clock,
      taskLoop,
      stopTimeout,
      checkpoints: member.service === null ? checkpoints : null,
      fail: (error) => resources.fail(error),
      ended,
    },
    ledger: [...ledger.values()],
    head,
    node: member.transformation,
    stages,
    eventTimes,
    outputs,
    steps,
    apart: () => buildSteps(stages, out, 'books'),
    loop: new TieredLoop(copied ? copyLoop(emitter) : interpretLoop(stages, head.kind, steps), generate),
    round: copied ? emitter.capacity : null,
    state,
    failures,
    letters,
    activity,
    calls,
    arrivals: resources.latency.to(sinks),
    source,
    onIdle: loop === null ? null : () => loop.memberIdle(),
  })
  if (source !== null && member.service === null) resources.latency.from(strand)
  late.strand = strand
  late.state = state
  loop?.join(strand, head instanceof InputHead ? head : null, member.transformation.kind === 'future')
  return strand
}

import { match, P } from 'ts-pattern'
import type { Transformation } from '../../graph/transformation.ts'
import { Book } from '../../runtime/metrics/book.ts'
import { partialBook } from '../../runtime/metrics/partial-book.ts'
import { batchStage } from '../../runtime/operators/batch-stage.ts'
import { collectStage, iterateStage } from '../../runtime/operators/buffer-sink-stage.ts'
import { callStage } from '../../runtime/operators/call-stage.ts'
import { comapStage } from '../../runtime/operators/comap-stage.ts'
import { skipStage, takeStage } from '../../runtime/operators/counting-stages.ts'
import { dedupeStage } from '../../runtime/operators/dedupe-stage.ts'
import { foldStage } from '../../runtime/operators/fold-stage.ts'
import { joinStage } from '../../runtime/operators/join-stage.ts'
import { keyByStage } from '../../runtime/operators/key-by-stage.ts'
import { pipeStage } from '../../runtime/operators/pipe-stage.ts'
import { relayStage } from '../../runtime/operators/relay-stage.ts'
import { replyStage } from '../../runtime/operators/reply-stage.ts'
import { scanStage } from '../../runtime/operators/scan-stage.ts'
import type { StageEnvironment } from '../../runtime/operators/stage-environment.ts'
import { throttleStage } from '../../runtime/operators/throttle-stage.ts'
import { timeoutStage } from '../../runtime/operators/timeout-stage.ts'
import { validateStage } from '../../runtime/operators/validate-stage.ts'
import type { Stage } from '../../runtime/task/stage.ts'

/** What a node's stages are built from; each gets a book of its own. */
export interface StageRequest {
  readonly node: Transformation
  readonly given: unknown
  /** The environment for a stage that keeps this book. */
  readonly environment: (book: Book) => StageEnvironment
  readonly answer: (value: unknown) => void
}

/** The stages of one node in one subtask: one, but for a batched sink, which is a batch and a sink. */
export function buildStages({ node, given, environment, answer }: StageRequest): Stage[] {
  const env = (): StageEnvironment => environment(new Book())
  return match(node)
    .with({ kind: 'source' }, () => [])
    .with({ kind: P.union('map', 'filter', 'flatMap', 'tap', 'process') }, (own) => [
      callStage(own, given, env()),
    ])
    .with({ kind: 'sink', sink: 'collect' }, (own) => [collectStage(own, given, env())])
    .with({ kind: 'sink', sink: 'iterate' }, (own) => [iterateStage(own, given, env())])
    .with({ kind: 'sink', sink: 'reply' }, (own) => [replyStage(own, env(), answer)])
    .with({ kind: 'sink', sink: 'user', batch: P.nonNullable }, (own) => [
      batchStage(own, own.batch, environment(partialBook('out'))),
      batched(callStage(own, given, environment(partialBook('in')))),
    ])
    .with({ kind: 'sink', sink: 'user' }, (own) => [callStage(own, given, env())])
    .with({ kind: 'validate' }, (own) => [validateStage(own, given, env())])
    .with({ kind: 'keyBy' }, (own) => [keyByStage(own, given, env())])
    .with({ kind: P.union('reduce', 'aggregate', 'count') }, (own) => [foldStage(own, given, env())])
    .with({ kind: 'scan' }, (own) => [scanStage(own, given, env())])
    .with({ kind: 'dedupe' }, (own) => [dedupeStage(own, env())])
    .with({ kind: 'comap' }, (own) => [comapStage(own, given, env())])
    .with({ kind: 'join' }, (own) => [joinStage(own, given, env())])
    .with({ kind: 'batch' }, (own) => [batchStage(own, own, env())])
    .with({ kind: 'take' }, (own) => [takeStage(own, env())])
    .with({ kind: 'skip' }, (own) => [skipStage(own, env())])
    .with({ kind: 'throttle' }, (own) => [throttleStage(own, env())])
    .with({ kind: 'timeout' }, (own) => [timeoutStage(own, env())])
    .with({ kind: 'pipe' }, (own) => [pipeStage(own, given, env())])
    .with(
      { kind: P.union('union', 'concat', 'broadcast', 'rebalance', 'future', 'deadLetters', 'sideOutput') },
      (own) => [relayStage(own, env())],
    )
    .exhaustive()
}

/** A stage whose records are arrays of records, each of which has its fate. */
function batched(stage: Stage): Stage {
  return { ...stage, batched: true }
}

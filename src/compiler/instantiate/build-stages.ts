import type { SinkNode, Transformation } from '../../graph/transformation.ts'
import { Book } from '../../runtime/metrics/book.ts'
import { partialBook } from '../../runtime/metrics/partial-book.ts'
import { batchStage } from '../../runtime/operators/batch-stage.ts'
import { collectStage, iterateStage } from '../../runtime/operators/buffer-sink-stage.ts'
import { callStage } from '../../runtime/operators/call-stage.ts'
import { comapStage } from '../../runtime/operators/comap-stage.ts'
import { skipStage, takeStage } from '../../runtime/operators/counting-stages.ts'
import { dedupeStage } from '../../runtime/operators/dedupe-stage.ts'
import { foldStage } from '../../runtime/operators/fold-stage.ts'
import { intervalJoinStage } from '../../runtime/operators/interval-join-stage.ts'
import { joinStage } from '../../runtime/operators/join-stage.ts'
import { keyByStage } from '../../runtime/operators/key-by-stage.ts'
import { pipeStage } from '../../runtime/operators/pipe-stage.ts'
import { relayStage } from '../../runtime/operators/relay-stage.ts'
import { replyStage } from '../../runtime/operators/reply-stage.ts'
import { scanStage } from '../../runtime/operators/scan-stage.ts'
import type { StageEnvironment } from '../../runtime/operators/stage-environment.ts'
import { temporalJoinStage } from '../../runtime/operators/temporal-join-stage.ts'
import { throttleStage } from '../../runtime/operators/throttle-stage.ts'
import { timeoutStage } from '../../runtime/operators/timeout-stage.ts'
import { timestampsStage } from '../../runtime/operators/timestamps-stage.ts'
import { ttlJoinStage } from '../../runtime/operators/ttl-join-stage.ts'
import { validateStage } from '../../runtime/operators/validate-stage.ts'
import { windowJoinStage } from '../../runtime/operators/window-join-stage.ts'
import { windowStage } from '../../runtime/operators/window-stage.ts'
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
  const env = environment(new Book())
  switch (node.kind) {
    case 'source':
      return []
    case 'map':
    case 'filter':
    case 'flatMap':
    case 'tap':
    case 'process':
      return [callStage(node, given, env)]
    case 'sink':
      return sinkStages(node, env, { given, environment, answer })
    case 'validate':
      return [validateStage(node, given, env)]
    case 'keyBy':
      // Records that have their key already bring it along.
      return [node.sameAs === undefined ? keyByStage(node, given, env) : relayStage(node, env)]
    case 'timestamps':
      return [timestampsStage(node, given, env)]
    case 'reduce':
    case 'aggregate':
    case 'count':
      return [foldStage(node, given, env)]
    case 'window':
      return [windowStage(node, given, env)]
    case 'scan':
      return [scanStage(node, given, env)]
    case 'dedupe':
      return [dedupeStage(node, env)]
    case 'comap':
      return [comapStage(node, given, env)]
    case 'join':
      return [joinStage(node, given, env)]
    case 'windowJoin':
      return [windowJoinStage(node, given, env)]
    case 'intervalJoin':
      return [intervalJoinStage(node, given, env)]
    case 'ttlJoin':
      return [ttlJoinStage(node, given, env)]
    case 'temporalJoin':
      return [temporalJoinStage(node, given, env)]
    case 'batch':
      return [batchStage(node, node, env)]
    case 'take':
      return [takeStage(node, env)]
    case 'skip':
      return [skipStage(node, env)]
    case 'throttle':
      return [throttleStage(node, env)]
    case 'timeout':
      return [timeoutStage(node, env)]
    case 'pipe':
      return [pipeStage(node, given, env)]
    case 'union':
    case 'concat':
    case 'broadcast':
    case 'rebalance':
    case 'future':
    case 'deadLetters':
    case 'sideOutput':
      return [relayStage(node, env)]
  }
}

function sinkStages(
  node: SinkNode,
  env: StageEnvironment,
  { given, environment, answer }: Omit<StageRequest, 'node'>,
): Stage[] {
  switch (node.sink) {
    case 'collect':
      return [collectStage(node, given, env)]
    case 'iterate':
      return [iterateStage(node, given, env)]
    case 'reply':
      return [replyStage(node, env, answer)]
    case 'user':
      if (node.batch === undefined) return [callStage(node, given, env)]
      return [
        batchStage(node, node.batch, environment(partialBook('out'))),
        batched(callStage(node, given, environment(partialBook('in')))),
      ]
  }
}

/** A stage whose records are arrays of records, each of which has its fate. */
function batched(stage: Stage): Stage {
  return { ...stage, batched: true }
}

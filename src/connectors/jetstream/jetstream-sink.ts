import type { AnyServices } from '../../functions/any-services.ts'
import type { ClassOf, TransactionalSink } from '../../functions/user-functions.ts'
import { CommittingSink, type PreparedMessages } from './committing-sink.ts'
import { PublishingSink } from './publishing-sink.ts'
import {
  type JetStreamCommits,
  type JetStreamSinkOptions,
  resolveSink,
  type SinkSettings,
} from './sink-options.ts'

/** What a sink leaves in a checkpoint: plain data, of no use to anybody else. */
export type JetStreamPrepared = PreparedMessages

/** A class to pass to `stream.sink`. */
export type JetStreamSink<T> = ClassOf<TransactionalSink<T, JetStreamPrepared, AnyServices, unknown>>

/**
 * Publishes records to a stream of NATS JetStream.
 *
 * At least once, unless `exactlyOnce` is given: a record is published when it comes, many at a time, and a checkpoint
 * waits until all before it are acknowledged. After a crash what came behind the last checkpoint is published again;
 * with `messageId` the stream passes over it, as far back as its window reaches. Where a connection is lost, messages
 * that were on their way may change places.
 *
 * With `exactlyOnce` a checkpoint holds what is to be published, and when it is safe that is published in atomic batches,
 * each of which the stream takes once. So each record is in the stream once and in order, whenever whatever is killed,
 * as long as a job goes on from its latest checkpoint; one that goes back to an earlier one publishes again what came
 * since.
 *
 * @throws InvalidArgumentError for options that can never work; JetStreamError and MissingDependencyError in the job.
 */
export function jetStreamSink<T = unknown>(options: JetStreamSinkOptions<T>): JetStreamSink<T> {
  const settings = resolveSink(options)
  const { exactlyOnce: commits } = settings
  if (commits === null) {
    return class extends PublishingSink<T> {
      constructor() {
        super(settings)
      }
    }
  }
  return committing(settings, commits)
}

function committing<T>(settings: SinkSettings<T>, commits: JetStreamCommits): JetStreamSink<T> {
  return class extends CommittingSink<T> {
    constructor() {
      super(settings, commits)
    }
  }
}

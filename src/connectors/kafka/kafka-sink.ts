import type { AnyServices } from '../../functions/any-services.ts'
import type { ClassOf, TransactionalSink } from '../../functions/user-functions.ts'
import { CommittingSink, type PreparedMessages } from './committing-sink.ts'
import { SendingSink } from './sending-sink.ts'
import { type KafkaSinkOptions, resolveSink, type SinkSettings } from './sink-options.ts'

/** What a sink leaves in a checkpoint: plain data, of no use to anybody else. */
export type KafkaPrepared = PreparedMessages

/** A class to pass to `stream.sink`. */
export type KafkaSink<T> = ClassOf<TransactionalSink<T, KafkaPrepared, AnyServices, unknown>>

/**
 * Sends records to a topic of Kafka.
 *
 * At least once, unless `exactlyOnce` is given: what comes is sent as fast as the brokers take it, and a checkpoint waits
 * until all before it are stored by all replicas that are in step. After a crash what came behind the last checkpoint is
 * sent again.
 *
 * With `exactlyOnce` a checkpoint holds what is to be sent, and when it is safe that is sent in one transaction, which
 * also notes that it was. So readers that read what is committed see each record once, and in order within a partition,
 * whenever whatever is killed, as long as a job goes on from its latest checkpoint, and before the brokers forget the
 * note (`offsets.retention.minutes`, a week).
 *
 * @throws InvalidArgumentError for options that can never work; KafkaError and MissingDependencyError in the job.
 */
export function kafkaSink<T = unknown>(options: KafkaSinkOptions<T>): KafkaSink<T> {
  const settings = resolveSink(options)
  const { id } = settings
  return id === null ? sending(settings) : committing(settings, id)
}

function sending<T>(settings: SinkSettings<T>): KafkaSink<T> {
  return class extends SendingSink<T> {
    constructor() {
      super(settings)
    }
  }
}

function committing<T>(settings: SinkSettings<T>, id: string): KafkaSink<T> {
  return class extends CommittingSink<T> {
    constructor() {
      super(settings, id)
    }
  }
}

import type { FileSink, PreparedFiles } from '../../../../src/connectors/files/index.ts'
import type { AnyServices } from '../../../../src/functions/any-services.ts'
import type { RecordContext } from '../../../../src/functions/context.ts'
import type { TransactionalSink } from '../../../../src/functions/user-functions.ts'
import { CallContext } from '../../../../src/runtime/task/call-context.ts'
import type { OperatorScope } from '../../../../src/runtime/task/call-context.ts'
import { createScope } from '../../../runtime/task/support/parts.ts'

export const contextOf = (told: Partial<OperatorScope> = {}): RecordContext =>
  new CallContext(createScope(told)) as unknown as RecordContext

export type OpenedSink<T> = TransactionalSink<T, PreparedFiles, AnyServices, unknown>

/** A sink that begins, or goes on from what was prepared. */
export async function openSink<T>(
  Sink: FileSink<T>,
  prepared: readonly PreparedFiles[] = [],
  told: Partial<OperatorScope> = {},
): Promise<OpenedSink<T>> {
  const sink = new Sink()
  await sink.open?.(contextOf(told))
  await sink.recover(prepared)
  return sink
}

export async function writeTo<T>(sink: OpenedSink<T>, records: readonly T[]): Promise<void> {
  for (const record of records) await sink.write(record, contextOf())
}

/** Prepares, and commits if told to. */
export async function checkpoint<T>(sink: OpenedSink<T>, commits = true): Promise<PreparedFiles> {
  const prepared = (await sink.prepare())!
  if (commits) await sink.commit(prepared)
  return prepared
}

/** What a job without checkpoints writes. */
export async function writeAll<T>(
  Sink: FileSink<T>,
  records: readonly T[],
  told: Partial<OperatorScope> = {},
): Promise<void> {
  const sink = await openSink(Sink, [], told)
  try {
    await writeTo(sink, records)
    await checkpoint(sink)
  } finally {
    await sink.close?.()
  }
}

export async function failure(work: Promise<unknown> | (() => unknown)): Promise<unknown> {
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

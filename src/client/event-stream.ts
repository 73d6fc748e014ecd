import { delay } from '../time/delay.ts'
import { EventConnection, type EventRequest, type ServerMessage } from './event-connection.ts'
import { failureOf } from './passing-failure.ts'
import type { Transport } from './transport.ts'

/** What is to be known of a stream that is opened again whenever it is lost. */
export type StreamNotice =
  /** The server sends: from here on nothing happens unseen until it is lost. */
  | { readonly type: 'open' }
  | { readonly type: 'message'; readonly message: ServerMessage }
  /** `error` is undefined where the server has ended the stream. It is opened again by itself. */
  | { readonly type: 'lost'; readonly error: unknown }

export interface StreamOptions extends EventRequest {
  /** Id of the last event that was seen. */
  readonly lastEventId?: string | undefined
  /** Whether to go on after so many failures in a row; default as long as the client's patience lasts. */
  readonly mayGoOn?: ((error: unknown, failures: number) => boolean) | undefined
  /** What tells instead, for so many milliseconds, while the server wants fewer streams; default nothing does. */
  readonly meanwhile?: Meanwhile | undefined
}

type Meanwhile = (
  lastEventId: string | undefined,
  duration: number,
) => AsyncIterable<{ readonly lastEventId: string; readonly messages: readonly ServerMessage[] }>

/**
 * An event stream over as many connections as it takes. Nothing is read that is not asked for: who does not ask leaves
 * the rest with the server.
 *
 * @throws what the connection was refused with, unless it may pass; the signal's reason.
 */
export async function* streamEvents(
  transport: Transport,
  options: StreamOptions,
  signal: AbortSignal,
): AsyncGenerator<StreamNotice, never, void> {
  const { mayGoOn = (error, failures) => transport.mayGoOn(error, failures), meanwhile } = options
  const { clock, wait } = transport.settings
  let { lastEventId } = options
  let reconnectAfter: number | undefined
  /** In a row. */
  let failures = 0
  /** Something else tells. */
  let isReplaced = false
  for (;;) {
    let connection: EventConnection | null = null
    let lost: unknown
    try {
      connection = await EventConnection.open(transport, options, lastEventId, signal)
      lastEventId ??= connection.position
      let isOpen = false
      for (let arrival = await connection.next(); arrival !== null; arrival = await connection.next()) {
        // A server that only ever begins an answer is none that works.
        if (arrival.alive) failures = 0
        if (!isOpen) yield { type: 'open' }
        isOpen = true
        isReplaced = false
        for (const message of arrival.messages) {
          lastEventId = message.id ?? lastEventId
          yield { type: 'message', message }
        }
      }
    } catch (error) {
      const isTold = meanwhile !== undefined && failureOf(error).tooMany === true
      if (signal.aborted || !(isTold || mayGoOn(error, failures + 1))) throw error
      lost = error
    } finally {
      reconnectAfter = connection?.reconnectAfter ?? reconnectAfter
      await connection?.close()
    }
    const pause = Math.max(wait(++failures, reconnectAfter), failureOf(lost).retryAfter ?? 0)
    if (meanwhile !== undefined && failureOf(lost).tooMany === true) {
      try {
        for await (const { lastEventId: last, messages } of meanwhile(lastEventId, pause)) {
          lastEventId = last
          if (!isReplaced) yield { type: 'open' }
          isReplaced = true
          for (const message of messages) yield { type: 'message', message }
        }
        continue
      } catch (error) {
        if (signal.aborted || !mayGoOn(error, failures + 1)) throw error
        lost = error
      }
    }
    isReplaced = false
    yield { type: 'lost', error: lost }
    await delay(clock, pause, [transport.closed, signal])
  }
}

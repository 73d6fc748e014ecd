/** What one event of a stream is made of. */
export interface SseEvent {
  /** What a client goes on from: it sends the last one it has seen as Last-Event-ID. */
  readonly id?: number
  readonly event: string
  readonly data: unknown
}

/** An event as it goes over the wire. JSON has no line breaks of its own, so data is one line. */
export function sseFrame({ id, event, data }: SseEvent): string {
  const head = id === undefined ? '' : `id: ${id}\n`
  return `${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

/** How long a client is to wait before it comes back. */
export const retryFrame = (milliseconds: number): string => `retry: ${milliseconds}\n\n`

/** A comment: it shows both sides that the connection is there. */
export const heartbeatFrame = ': heartbeat\n\n'

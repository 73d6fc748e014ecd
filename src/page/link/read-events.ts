import { createParser, type EventSourceMessage } from 'eventsource-parser'

/**
 * Reads server-sent events until the stream ends, or its request is aborted. @param received called after each piece of
 * the stream, however many events were in it
 */
export async function readEvents(
  { body }: Response,
  hear: (message: EventSourceMessage) => void,
  received: () => void = () => {},
): Promise<void> {
  const parser = createParser({ onEvent: hear })
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    parser.feed(value)
    received()
  }
}

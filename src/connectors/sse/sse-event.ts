/** A server-sent event. */
export interface SseEvent {
  /** 'message' where the server names none. */
  readonly type: string
  /** Its lines, with line breaks between them. */
  readonly data: string
  /** The id of this event, or of the last before it that had one; '' where there was none. */
  readonly lastEventId: string
}

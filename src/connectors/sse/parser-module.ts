/** What is used of eventsource-parser, so that our own declarations need not have it installed. */
export interface ParserModule {
  createParser(config: {
    readonly onEvent: (event: ParsedEvent) => void
    readonly onRetry: (ms: number) => void
    readonly onError: (error: { readonly type: string }) => void
    readonly maxBufferSize: number
  }): { feed(text: string): void }
}

export interface ParsedEvent {
  readonly event?: string | undefined
  readonly id?: string | undefined
  readonly data: string
}

/** A log as a text: its lines, and what behind the last line break is no line yet. */
export interface LogText {
  readonly lines: readonly string[]
  readonly rest: string
}

/** A carriage return ends a line too: bars that show progress write nothing else for hours. */
export function splitLog(text: string): LogText {
  const lines = text.split(/\r\n|\n|\r/)
  const rest = lines.pop() as string
  return { lines, rest }
}

/** All of them, the last one also without a line break. */
export function allLines({ lines, rest }: LogText): readonly string[] {
  return rest === '' ? lines : [...lines, rest]
}

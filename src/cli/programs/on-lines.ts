import type { Readable } from 'node:stream'
import { LineSplitter } from '../../jobs/supervisor/line-splitter.ts'

/** Characters of one line; what is longer comes in pieces. */
const LONGEST = 8192

/** Calls with each line that comes, beside whoever else reads. */
export function onLines(input: Readable, tell: (line: string) => void): void {
  const splitter = new LineSplitter(LONGEST)
  const tellAll = (): void => {
    for (let line = splitter.next(); line !== undefined; line = splitter.next()) tell(line)
  }
  input.on('data', (data: Buffer | string) => {
    splitter.push(Buffer.from(data))
    tellAll()
  })
  input.on('end', () => {
    splitter.end()
    tellAll()
  })
}

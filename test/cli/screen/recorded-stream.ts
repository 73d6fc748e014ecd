import { EventEmitter } from 'node:events'

/** A terminal that keeps what it is written, and takes more, or says that it is full. */
export class RecordedStream extends EventEmitter {
  readonly written: string[] = []
  isTTY = true
  isFull = false
  columns: number
  rows: number

  constructor(columns = 20, rows = 6) {
    super()
    this.columns = columns
    this.rows = rows
  }

  write(text: string): boolean {
    this.written.push(text)
    return !this.isFull
  }

  drain(): void {
    this.isFull = false
    this.emit('drain')
  }

  resize(columns: number, rows: number): void {
    this.columns = columns
    this.rows = rows
    this.emit('resize')
  }
}

import type { Logger } from '../../functions/logger.ts'
import { excerpt } from '../../errors/excerpt.ts'
import type { LogLevel, LogReport } from './messages.ts'

/** A logger that has the job log what it is told. Fields that cannot be cloned become a text. */
export class ForwardingLogger implements Logger {
  readonly #tell: (line: LogReport) => void
  readonly #fields: object

  /** @param tell throws what cannot be cloned. */
  constructor(tell: (line: LogReport) => void, fields: object = {}) {
    this.#tell = tell
    this.#fields = fields
  }

  debug(message: string, fields?: object): void {
    this.#log('debug', message, fields)
  }

  info(message: string, fields?: object): void {
    this.#log('info', message, fields)
  }

  warn(message: string, fields?: object): void {
    this.#log('warn', message, fields)
  }

  error(message: string, fields?: object): void {
    this.#log('error', message, fields)
  }

  child(fields: object): Logger {
    return new ForwardingLogger(this.#tell, { ...this.#fields, ...fields })
  }

  #log(level: LogLevel, message: string, fields: object | undefined): void {
    const all = { ...this.#fields, ...fields }
    try {
      this.#tell({ type: 'log', level, message: String(message), fields: all })
    } catch {
      this.#tell({ type: 'log', level, message: String(message), fields: { fields: excerpt(all) } })
    }
  }
}

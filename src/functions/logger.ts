/** What the library needs of a logger; `console` and pino both fit. */
export interface Logger {
  debug(message: string, fields?: object): void
  info(message: string, fields?: object): void
  warn(message: string, fields?: object): void
  error(message: string, fields?: object): void
  /** A logger that adds these fields to everything it logs. */
  child(fields: object): Logger
}

/** The default: a library writes nothing of its own. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
}

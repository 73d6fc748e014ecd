import { type REPLEval, type REPLServer, writer } from 'node:repl'
import { inspect } from 'node:util'
import { MillraceError } from '../../errors/millrace-error.ts'
import type { ShellSession } from './shell-session.ts'

/** What JavaScript in the shell has beside all else there is. */
export const scope = ['client', 'jobs', 'context'] as const

/** Others, as of another server, are seen as soon as there are; a variable of the same name hides them. */
export function provideScope(server: REPLServer, session: ShellSession): void {
  for (const name of scope) {
    Object.defineProperty(server.context, name, {
      get: () => session[name],
      enumerable: true,
      configurable: true,
    })
  }
}

export type Evaluate = (...given: Parameters<REPLEval>) => void

/** The way in which node's shell runs JavaScript, await included, to be put another before. */
export function evaluatorOf(server: REPLServer): Evaluate {
  const { eval: evaluate } = server
  return (...given) => evaluate.call(server, ...given)
}

/** Shows values as node does, but errors of ours, which say what to do, and an interruption without a stack. */
export const writerFor =
  (colors: boolean) =>
  (value: unknown): string => {
    if (value instanceof MillraceError) return `${value.name}: ${value.message}`
    // Made in the shell's own context, where it is an error of another class.
    const code = (value as { code?: unknown } | null | undefined)?.code
    return code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED'
      ? 'Error: interrupted'
      : inspect(value, { ...writer.options, colors })
  }

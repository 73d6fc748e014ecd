import process from 'node:process'
import { createInterface } from 'node:readline'
import { Recoverable, type REPLServer, type REPLWriter, start } from 'node:repl'
import { PassThrough } from 'node:stream'
import { exitCodeOfError, exitCodes } from '../exit-codes.ts'
import { note, print } from '../terminal.ts'
import { evaluatorOf, provideScope, writerFor } from './javascript.ts'
import { type Outcome, runLine } from './run-line.ts'
import { isJavascript } from './shell-line.ts'
import type { ShellSession } from './shell-session.ts'

/**
 * Runs the lines of the standard input one after the other. @returns the exit code of the first that failed, behind which
 * no other is run unless it keeps going.
 */
export async function runScript(
  session: ShellSession,
  { keepGoing }: { readonly keepGoing: boolean },
): Promise<number> {
  const server = silentServer(session)
  let code: number = exitCodes.done
  /** JavaScript that goes on in the next line. */
  let begun = ''
  try {
    for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
      const outcome = await runOne(begun, line, session, server)
      if (outcome === 'more') {
        begun += `${line}\n`
        continue
      }
      begun = ''
      if (code === exitCodes.done) code = outcome.code
      if (outcome.isLast || outcome.code === exitCodes.interrupted) return code
      if (code !== exitCodes.done && !keepGoing) return code
    }
    if (begun === '') return code
    note('millrace: the JavaScript at the end is not complete')
    return code === exitCodes.done ? exitCodes.failed : code
  } finally {
    server.close()
  }
}

/** For what it knows of JavaScript. Nothing comes to it by itself; what it writes are errors that nothing has caught. */
function silentServer(session: ShellSession): REPLServer {
  const server = start({
    input: new PassThrough(),
    output: new PassThrough({ encoding: 'utf8' }),
    prompt: '',
    terminal: false,
    useGlobal: false,
    writer: writerFor(false) as REPLWriter,
  })
  server.output.on('data', (text: string) => void process.stderr.write(text))
  provideScope(server, session)
  return server
}

async function runOne(
  begun: string,
  line: string,
  session: ShellSession,
  server: REPLServer,
): Promise<Outcome | 'more'> {
  if (begun === '' && !isJavascript(line)) return runLine(line, session)
  const { error, value, isTold } = await evaluate(`${begun}${line}\n`, server)
  if (error instanceof Recoverable) return 'more'
  if (error === undefined && !isTold) {
    if (value !== undefined) print(server.writer(value))
    return { code: exitCodes.done, isLast: false }
  }
  if (!isTold) note(`Uncaught ${server.writer(error)}`)
  return { code: exitCodeOfError(error), isLast: false }
}

interface Evaluated {
  readonly value?: unknown
  readonly error?: unknown
  /** Node's shell has told the error itself, as it does with what is thrown before anything is awaited. */
  readonly isTold: boolean
}

const evaluate = (code: string, server: REPLServer): Promise<Evaluated> =>
  new Promise((resolve) => {
    const onOutput = (): void => resolve({ isTold: true })
    server.output.once('data', onOutput)
    evaluatorOf(server)(code, server.context, 'millrace', (error: unknown, value: unknown) => {
      server.output.off('data', onOutput)
      resolve({ ...(error === null ? { value } : { error }), isTold: false })
    })
  })

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { type REPLEval, type ReplOptions, type REPLServer, type REPLWriter, start } from 'node:repl'
import { exitCodes } from '../exit-codes.ts'
import { colorsOf, hasColors } from '../output/colors.ts'
import { stateFolder } from '../settings/config-file.ts'
import { note } from '../terminal.ts'
import { completeLine } from './complete-line.ts'
import { evaluatorOf, provideScope, writerFor } from './javascript.ts'
import { runLine } from './run-line.ts'
import { ShellInput } from './shell-input.ts'
import { isJavascript } from './shell-line.ts'
import type { ShellSession } from './shell-session.ts'

/** Lines that are remembered from one shell to the next. */
const HISTORY_LINES = 1_000

/** What node's own shell keeps to itself. */
type OpenServer = { eval: REPLEval; completer: Completer }

type Completer = (
  line: string,
  done: (error: Error | null, found?: readonly [readonly string[], string]) => void,
) => void

/** The shell at a terminal. Resolves when the user has left it. */
export async function runInteractively(session: ShellSession): Promise<void> {
  const input = new ShellInput()
  const useColors = hasColors(process.stdout)
  const options: ReplOptions & { readonly historySize: number } = {
    historySize: HISTORY_LINES,
    prompt: promptFor(session),
    input,
    output: process.stdout,
    terminal: true,
    useColors,
    writer: writerFor(useColors) as REPLWriter,
    useGlobal: false,
    ignoreUndefined: true,
    // It would complete, and so ask the server, at every key.
    preview: false,
    breakEvalOnSigint: true,
  }
  const server = start(options)
  provideScope(server, session)
  runCommandsIn(server, session, input)
  completeCommandsIn(server)
  const left = new Promise<void>((resolve) => void server.once('exit', resolve))
  server.on('reset', () => provideScope(server, session))
  await keepHistory(server)
  await left
  input.destroy()
}

const promptFor = (session: ShellSession): string => `millrace ${session.name}> `

/** Lines that are commands do not come to where JavaScript is run. */
function runCommandsIn(server: REPLServer, session: ShellSession, input: ShellInput): void {
  const javascript = evaluatorOf(server)
  const colors = colorsOf(process.stderr)
  const evaluate: REPLEval = (code, context, file, done) => {
    if (isJavascript(code)) return javascript(code, context, file, done)
    void input
      .lend(() => runLine(code, session))
      .then(({ code: exitCode, isLast }) => {
        if (isLast) return server.close()
        if (exitCode !== exitCodes.done) note(colors.dim(`exit code ${exitCode}`))
        server.setPrompt(promptFor(session))
        done(null, undefined)
        input.goOn()
      })
  }
  ;(server as unknown as OpenServer).eval = evaluate
}

/** JavaScript is completed as it is in node's own shell. */
function completeCommandsIn(server: REPLServer): void {
  const open = server as unknown as OpenServer
  const javascript = open.completer.bind(server)
  open.completer = (line, done) => {
    completeLine(line, process.env).then(
      (found) => (found === undefined ? javascript(line, done) : done(null, found)),
      () => done(null, [[], line]),
    )
  }
}

/** A history that cannot be kept is none; node tells of it. */
async function keepHistory(server: REPLServer): Promise<void> {
  const folder = stateFolder(process.env)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch {
    return
  }
  await new Promise<void>((resolve) => server.setupHistory(join(folder, 'shell-history'), () => resolve()))
}

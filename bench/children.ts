import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import ts from 'typescript'
import { resultIn } from './report/channel.ts'

export interface Task {
  /** Relative to this folder, as a .ts file. */
  readonly module: string
  readonly args: readonly string[]
  readonly flags?: readonly string[]
  readonly timeoutSeconds?: number
}

/** Runs each measurement in a process of its own. */
export interface Children {
  readonly run: (task: Task) => Promise<unknown>
}

const root = dirname(import.meta.dirname)

/**
 * The processes run plain JavaScript, emitted once by the compiler that builds the package. A loader that compiles
 * on the fly would make every process start slowly, and the helpers it wraps around named functions would be timed.
 */
const emit = async (out: string): Promise<void> => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object }
  }
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const compilerOptions = {
    ...options,
    module: ts.ModuleKind.ESNext,
    noEmit: false,
    declaration: false,
    isolatedDeclarations: false,
  }
  for (const folder of ['src', 'bench']) {
    const paths = await readdir(join(root, folder), { recursive: true }).catch(() => [])
    for (const path of paths.filter((name) => /(?<!\.d)\.ts$/.test(name))) {
      const fileName = join(root, folder, path)
      const source = await readFile(fileName, 'utf8')
      const { outputText } = ts.transpileModule(source, { compilerOptions, fileName })
      const target = join(out, folder, path.replace(/\.ts$/, '.js'))
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, outputText)
    }
  }
  await copyFile(join(root, 'package.json'), join(out, 'package.json'))
}

/** The line that names the error; the trace below it is of no use in a report. */
const complaint = (stderr: string): string =>
  stderr.split('\n').find((line) => /^(\w*Error\b|FATAL)/.test(line)) ??
  stderr.trim().split('\n').slice(-1).join('')

export const compileChildren = async (): Promise<Children> => {
  const out = join(root, 'node_modules', '.cache', `bench-${String(process.pid)}`)
  process.once('exit', () => {
    rmSync(out, { recursive: true, force: true })
  })
  process.once('SIGINT', () => process.exit(130))
  await emit(out)
  return {
    run: ({ module, args, flags = [], timeoutSeconds = 300 }) =>
      new Promise((resolve, reject) => {
        const entry = join(out, 'bench', module.replaceAll('/', sep).replace(/\.ts$/, '.js'))
        const child = spawn(process.execPath, ['--expose-gc', ...flags, entry, ...args], {
          stdio: ['ignore', 'pipe', 'pipe'],
          timeout: timeoutSeconds * 1000,
          killSignal: 'SIGKILL',
        })
        let stdout = ''
        let stderr = ''
        child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
        child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
        child.on('error', reject)
        child.on('close', (code, signal) => {
          if (code === 0) {
            try {
              resolve(resultIn(stdout))
            } catch (error) {
              reject(error)
            }
          } else {
            const how = signal === null ? `ended with ${String(code)}` : `was stopped by ${signal}`
            reject(new Error(`${how}: ${complaint(stderr)}`))
          }
        })
      }),
  }
}

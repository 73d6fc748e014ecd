import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import { type FilePlace, placeOf } from './file-place.ts'
import { pathInFile } from './file-names.ts'
import { fromFile, type UnknownKey } from './from-file.ts'
import { expectedAt, givenAt } from './issue-text.ts'
import { withoutShorthands } from './shorthands.ts'
import { type FileSettings, settingsSchema } from './settings-schema.ts'

/** Bytes of a file that are read. */
const LARGEST = 1_000_000
/** Places that a message names. */
const SHOWN = 10

/** Something that is wrong in a file. */
interface Trouble extends Partial<FilePlace> {
  readonly what: string
}

/**
 * What a file of settings says; paths in it are as seen from its folder. Undefined where there is no such file.
 * @throws InvalidArgumentError, which names each place that is wrong, and shows no secret.
 */
export function readSettings(path: string): FileSettings | undefined {
  const text = readText(path)
  if (text === undefined) return undefined
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const said = [...document.errors, ...document.warnings]
  if (said.length > 0) {
    throw unusable(
      path,
      said.map(({ message, pos: [offset] }) => {
        const { line, col } = lines.linePos(offset)
        return { line, column: col, what: message.split('\n')[0]! }
      }),
    )
  }
  let content: unknown
  try {
    content = withoutShorthands(document.toJS({ maxAliasCount: 100 }) ?? {})
  } catch (error) {
    throw unusable(path, [{ what: reasonOf(error) }])
  }
  const troubles: Trouble[] = []
  const onUnknown = (key: UnknownKey): void =>
    void troubles.push({ ...placeOf(document, lines, key.path, 'key'), what: describeUnknown(key) })
  const options = fromFile(content, settingsSchema, onUnknown)
  const checked = settingsSchema.safeParse(options)
  for (const issue of checked.error?.issues ?? []) {
    const at = pathInFile(settingsSchema, options, issue.path)
    const where = at.length === 0 ? 'the file' : dotted(at)
    const given = givenAt(content, at)
    const is = given === '' ? '' : ` is ${given}, and`
    const expected = expectedAt(settingsSchema, options, issue)
    troubles.push({
      ...placeOf(document, lines, at, 'value'),
      what: `${where}${is} should be ${expected}`,
    })
  }
  if (troubles.length > 0 || !checked.success) throw unusable(path, troubles)
  return withAbsolutePaths(checked.data, dirname(resolve(path)))
}

function readText(path: string): string | undefined {
  try {
    if (statSync(path).size > LARGEST) throw new Error(`it has more than ${LARGEST} bytes`)
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unusable(path, [{ what: reasonOf(error) }], error)
  }
}

function describeUnknown({ path, meant, known }: UnknownKey): string {
  const there = `there is no \`${dotted(path)}\``
  return meant === undefined
    ? `${there}: there may be ${known.join(', ')}`
    : `${there}: did you mean \`${meant}\`?`
}

/** `providers[0].url` */
const dotted = (path: readonly (string | number)[]): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('')

/** As seen from the file that names them, not from wherever a server is started. */
function withAbsolutePaths(settings: FileSettings, folder: string): FileSettings {
  const { tokenFile, providers } = settings
  return {
    ...settings,
    ...(tokenFile === undefined ? {} : { tokenFile: resolve(folder, tokenFile) }),
    ...(providers === undefined
      ? {}
      : {
          providers: providers.map((provider) =>
            provider.tokenFile === undefined
              ? provider
              : { ...provider, tokenFile: resolve(folder, provider.tokenFile) },
          ),
        }),
  }
}

function unusable(path: string, troubles: readonly Trouble[], cause?: unknown): InvalidArgumentError {
  const sorted = troubles.toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  )
  const shown = sorted
    .slice(0, SHOWN)
    .map(({ line, column, what }) =>
      line === undefined ? `  ${what}` : `  line ${line}, column ${column}: ${what}`,
    )
  const more = sorted.length - shown.length
  const list = more > 0 ? [...shown, `  and ${more} more`] : shown
  return new InvalidArgumentError([`The settings in ${path} cannot be used:`, ...list].join('\n'), {
    remedy: 'mend what is named; `millrace jobmanager settings` looks at it without starting a server',
    ...(cause === undefined ? {} : { cause }),
  })
}

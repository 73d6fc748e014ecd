import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const templates = fileURLToPath(new URL('../../../templates/', import.meta.url))

/** What the templates leave open: `{{name}}`. */
export interface ProjectValues {
  readonly name: string
  /** The version of this package, for package.json. */
  readonly millrace: string
  /** As in `npm run`. */
  readonly run: string
  /** As in `npx`. */
  readonly exec: string
}

/** Path in the project, with slashes, and text. */
export type ProjectFiles = ReadonlyMap<string, string>

/** A new project: files of a template, with the values in their places. */
export function projectFiles(template: string, values: ProjectValues): ProjectFiles {
  const folder = join(templates, template)
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  return new Map(
    files.map((file) => [
      nameInProject(file.slice(folder.length + 1).replaceAll(sep, '/')),
      fill(readFileSync(file, 'utf8'), values),
    ]),
  )
}

/** What npm, git and tsc would take for their own here is called `_gitignore`, `_package.json` in a template. */
const nameInProject = (path: string): string =>
  path.replace(/(^|\/)_gitignore$/, '$1.gitignore').replace(/(^|\/)_(\w+\.json)$/, '$1$2')

const fill = (text: string, values: ProjectValues): string =>
  text.replace(/\{\{(name|millrace|run|exec)\}\}/g, (_, value: keyof ProjectValues) => values[value])

/** Which files are meant: a glob, a regular expression, or a function of the path below the directory, with '/'. */
export type FilePattern = string | RegExp | ((path: string) => boolean)

/** In a glob `*` and `?` stand for characters of one name, `**` for any number of folders, `{a,b}` for either. */
export function fileFilter(pattern: FilePattern | undefined): (path: string) => boolean {
  if (pattern === undefined) return () => true
  if (typeof pattern === 'function') return pattern
  const expression = typeof pattern === 'string' ? globExpression(pattern) : pattern
  return (path) => {
    // One with a g or y flag remembers where it was.
    expression.lastIndex = 0
    return expression.test(path)
  }
}

const tokens = /\*\*\/|\*\*|\*|\?|\{([^{}]*)\}|[\\^$.|+()[\]{}]/g

function globExpression(glob: string): RegExp {
  const source = glob.replace(tokens, (token, choices: string | undefined) => {
    if (choices !== undefined) return `(?:${choices.split(',').map(literal).join('|')})`
    if (token === '**/') return '(?:[^/]+/)*'
    if (token === '**') return '.*'
    if (token === '*') return '[^/]*'
    if (token === '?') return '[^/]'
    return `\\${token}`
  })
  return new RegExp(`^${source}$`, 's')
}

function literal(text: string): string {
  return text.replace(/[\\^$.|+()[\]{}*?]/g, '\\$&')
}

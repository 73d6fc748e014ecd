/** Whether a path is a pattern rather than a name. */
export function isPattern(path: string): boolean {
  return /[*?[{]/.test(path)
}

/**
 * What a pattern matches: `*` and `?` stay within a folder, `**` goes through any number, `{a,b}` is either, `[a-z]` one
 * character. Paths have forward slashes.
 */
export function globToRegExp(pattern: string): RegExp {
  let source = ''
  let braces = 0
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern[at]!
    if (letter === '*') {
      if (pattern[at + 1] !== '*') source += '[^/]*'
      else if (pattern[at + 2] === '/') {
        source += '(?:[^/]+/)*'
        at += 2
      } else {
        source += '.*'
        at += 1
      }
    } else if (letter === '?') source += '[^/]'
    else if (letter === '[' && pattern.includes(']', at + 2)) {
      const end = pattern.indexOf(']', at + 2)
      source += `[${pattern
        .slice(at + 1, end)
        .replace(/^!/, '^')
        .replace(/\\/g, '\\\\')}]`
      at = end
    } else if (letter === '{') {
      braces++
      source += '(?:'
    } else if (letter === '}' && braces > 0) {
      braces--
      source += ')'
    } else if (letter === ',' && braces > 0) source += '|'
    else source += letter.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  }
  return new RegExp(`^${source}${')'.repeat(braces)}$`)
}

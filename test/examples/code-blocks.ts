import { readFileSync } from 'node:fs'

export interface CodeBlock {
  /** `README.md:40`: the document, and the line of the opening fence. */
  readonly at: string
  readonly language: string
  readonly code: string
  /** What the document says it prints: a `text` block with nothing but blank lines in between. */
  readonly output: string | undefined
}

/** The fenced code blocks of a Markdown document. */
export function codeBlocks(document: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let adjacent = false
  let open: { line: number; language: string; lines: string[] } | undefined
  readFileSync(document, 'utf8')
    .split('\n')
    .forEach((text, index) => {
      const fence = /^```(\S*)/.exec(text)
      if (fence === null) {
        open?.lines.push(text)
        if (open === undefined && text.trim() !== '') adjacent = false
      } else if (open === undefined) open = { line: index + 1, language: fence[1]!, lines: [] }
      else {
        const { line, language, lines } = open
        const code = lines.join('\n')
        const previous = blocks.at(-1)
        if (adjacent && language === 'text' && previous?.language === 'ts' && previous.output === undefined) {
          blocks[blocks.length - 1] = { ...previous, output: code }
        } else {
          blocks.push({ at: `${document}:${line}`, language, code, output: undefined })
        }
        open = undefined
        adjacent = true
      }
    })
  if (open !== undefined) throw new Error(`${document}:${open.line}: the code block is not closed`)
  return blocks
}

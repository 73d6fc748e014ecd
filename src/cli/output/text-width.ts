import stringWidth from 'string-width'

const segmenter = new Intl.Segmenter()

/** What would move the cursor, ring the bell or turn text around, as text that came from elsewhere may hold. */
const controls = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

/** One line without control characters: each is a space. */
export const oneLine = (text: string): string => text.replace(controls, ' ')

/** Columns that a text takes in a terminal: none for colours, two for most of what is written in Asia. */
export const widthOf = (text: string): number => stringWidth(text)

/** Cut to so many columns, with an ellipsis where something is missing. The text holds no colours. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  if (width < 1) return ''
  let cut = ''
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    const wide = widthOf(segment)
    if (used + wide > width - 1) break
    cut += segment
    used += wide
  }
  return `${cut}…`
}

export const padTo = (text: string, width: number, align: 'left' | 'right' = 'left'): string => {
  const gap = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'left' ? text + gap : gap + text
}

import { widthOf } from './text-width.ts'

const segmenter = new Intl.Segmenter()

/** Where in a text the first so many columns end: no character is taken apart. */
export function indexOfColumn(text: string, columns: number): number {
  let left = columns
  for (const { segment, index } of segmenter.segment(text)) {
    left -= widthOf(segment)
    if (left < 0) return index
  }
  return text.length
}

import { widthOf } from '../output/text-width.ts'

const segmenter = new Intl.Segmenter()

/** Colours and the like, which take no columns. */
const styles = /(\u001b\[[0-9;]*m)/

/** Styled text cut to so many columns, with an ellipsis where something is missing. Its styles all stay. */
export function cutStyled(text: string, width: number, ellipsis = '…'): string {
  if (text.length <= width && !text.includes('\u001b') && widthOf(text) <= width) return text
  if (widthOf(text) <= width) return text
  if (width < 1) return ''
  let cut = ''
  let left = width - widthOf(ellipsis)
  let isCut = false
  for (const [i, part] of text.split(styles).entries()) {
    if (i % 2 === 1) cut += part
    else if (!isCut) {
      for (const { segment } of segmenter.segment(part)) {
        left -= widthOf(segment)
        if (left < 0) {
          isCut = true
          cut += ellipsis
          break
        }
        cut += segment
      }
    }
  }
  return cut
}

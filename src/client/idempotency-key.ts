/** 128 bits of chance, in hexadecimal digits: no two submissions get the same one. */
export function newKey(random: () => number): string {
  const word = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')
  return `${word()}${word()}${word()}${word()}`
}

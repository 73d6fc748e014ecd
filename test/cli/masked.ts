const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

/** What differs from call to call, of the same width as far as columns stand behind it. */
export const masked = (text: string): string =>
  text
    .replaceAll(uuid, 'UUID')
    // Said of one number in sixteen, where an id happens to begin with it.
    .replaceAll(/ \(by its number; .* begins? with it too\)/g, '')
    .replaceAll(/\b[0-9a-f]{8}\b/g, 'SHORT-ID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/(?:\d+ min )?\d+ s( ago)? +/g, (_, ago = '') => `SPAN${ago} `)
    .replaceAll(/SPAN( ago)?$/gm, 'SPAN$1')
    .replaceAll(/\d+ s ago$/gm, 'SPAN ago')
    .replaceAll(/\d+ s$/gm, 'SPAN')
    .replaceAll(/\S+stations\.ts:\d+:\d+/g, 'stations.ts:LINE')

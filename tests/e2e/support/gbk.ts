/** Text as GBK bytes, as spreadsheets in Chinese stations save it. */
export function gbk(text: string): Buffer {
  const decoder = new TextDecoder('gbk');
  const bytes = new Map<string, [number, number]>();
  for (let high = 0x81; high <= 0xfe; high += 1) {
    for (let low = 0x40; low <= 0xfe; low += 1) {
      const letter = decoder.decode(new Uint8Array([high, low]));
      if (letter.length === 1 && !bytes.has(letter)) bytes.set(letter, [high, low]);
    }
  }
  const out: number[] = [];
  for (const letter of text) {
    if (letter.charCodeAt(0) < 0x80) out.push(letter.charCodeAt(0));
    else out.push(...(bytes.get(letter) ?? [0x3f]));
  }
  return Buffer.from(out);
}

// Ids as the apps make them: a prefix and 26 characters, the first ten of them the time.
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export function id(prefix: string): string {
  let time = Date.now();
  let head = '';
  for (let i = 0; i < 10; i += 1) {
    head = LETTERS[time % 32] + head;
    time = Math.floor(time / 32);
  }
  const tail = Array.from({ length: 16 }, () => LETTERS[Math.floor(Math.random() * 32)]).join('');
  return `${prefix}_${head}${tail}`;
}

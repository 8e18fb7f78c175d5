/** What an authenticator shows for a secret at a moment: RFC 6238 with SHA-1, six digits, thirty seconds. */
export async function totp(secret: string, at: Date): Promise<string> {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replace(/\s/g, '')].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = new Uint8Array((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = new DataView(new ArrayBuffer(8));
  step.setBigUint64(0, BigInt(Math.floor(at.getTime() / 30_000)));
  const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
  const digest = new DataView(await crypto.subtle.sign('HMAC', hmac, step.buffer));
  const from = digest.getUint8(19) & 15;
  return String((digest.getUint32(from) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

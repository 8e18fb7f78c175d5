// Doors of the demonstration, and what they say, signed as doors do it.
import { createHmac, randomUUID } from 'node:crypto';
import { expect, type APIRequestContext } from '@playwright/test';
import { aheadOf } from './volunteering';

const PATH = '/v1/door-events';

export interface Door {
  id: string;
  name: string;
  sense: string;
  key_ver: number;
  key: string;
  cards: { person: string; name: string; card: string }[];
}

export async function doors(request: APIRequestContext): Promise<Door[]> {
  return ((await (await request.get('/_local/demo')).json()) as { devices: Door[] }).devices;
}

/** One event of a door, signed as the door does it, by the server's clock. */
export async function say(request: APIRequestContext, door: Door, act: string, credential?: string): Promise<void> {
  const now = Date.now() + (await aheadOf(request));
  const event = { seq: now, at: new Date(now).toISOString(), act, credential };
  const body = JSON.stringify({ device: door.id, events: [event] });
  const [timestamp, nonce] = [String(Math.floor(now / 1_000)), randomUUID()];
  const signed = ['POST', PATH, door.id, timestamp, nonce, body].join('|');
  const signature = createHmac('sha256', Buffer.from(door.key, 'base64url')).update(signed).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-device': door.id,
    'x-key': String(door.key_ver),
    'x-timestamp': timestamp,
    'x-nonce': nonce,
    'x-signature': signature,
  };
  const answer = await request.post(PATH, { headers, data: Buffer.from(body) });
  const text = await answer.text();
  expect(answer.status(), text).toBe(200);
  const { outcomes } = JSON.parse(text) as { outcomes: { applied: boolean }[] };
  expect(outcomes.map((one) => one.applied), text).toEqual([true]);
}

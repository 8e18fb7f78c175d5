// Books for a test: titles and copies of its own, so that nobody else's are on loan by accident.
import { expect, type Page } from '@playwright/test';
import { id } from './ids';
import { call } from './pages';

export interface Copy {
  barcode: string;
  state: string;
}
export interface Title {
  id: string;
  name: string;
  copies: Copy[];
}

/** Takes a new title in; by whoever keeps the shelves. Answers with its id and labels. */
export async function takeIn(page: Page, name: string, count = 1, isbn?: string): Promise<{ title: string; labels: string[] }> {
  const body = { id: id('cmd'), isbn, fields: { name, authors: ['测试·作者'], class: 'I287', isbn }, count };
  const made = await call<{ title: Title; labels: { barcode: string }[] }>(page, 'POST', '/v1/library/copies', body);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return { title: made.body.title.id, labels: made.body.labels.map((one) => one.barcode) };
}

export async function stateOf(page: Page, label: string): Promise<string> {
  const { body, status } = await call<{ copy: Copy }>(page, 'GET', `/v1/library/copies/${label}`);
  expect(status, label).toBe(200);
  return body.copy.state;
}

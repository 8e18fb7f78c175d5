// Service time for the national network: a file leaves, its answers come back, a month is compared.
// On a server of its own: what left does not leave again.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { open, settled } from '../support/pages';

test.use({ own: 'points/network' });

const AT = '/desk/volunteering/network';

/** A file as the browser keeps it, in lines of cells. */
async function fetched(page: Page): Promise<{ text: string; lines: string[][] }> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('fetch-csv').click()]);
  const text = (await readFile(await file.path())).toString('utf8');
  expect(text.startsWith('\ufeff')).toBe(true);
  return { text, lines: text.slice(1).trimEnd().split('\r\n').map((line) => line.split(',')) };
}

const handIn = (page: Page, lines: string[][]) =>
  page.getByTestId('file').setInputFiles({ name: '回执.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.map((line) => line.join(',')).join('\r\n')) });

test('service time leaves in a file, is answered row by row, and a month is compared', async ({ as }) => {
  const desk = await as('socialWorker');
  await open(desk, '/desk/volunteering');
  await desk.getByTestId('network').click();
  await settled(desk);
  await expect(desk.getByTestId('ready')).toBeVisible();
  await desk.getByTestId('make-file').click();
  await expect(desk.getByTestId('fetch-xlsx')).toBeVisible();
  const { text, lines } = await fetched(desk);
  expect((await fetched(desk)).text, 'the same each time').toBe(text);
  const [head, ...rows] = lines;
  expect(rows.length).toBeGreaterThan(1);
  const column = (name: string) => head.indexOf(name);

  const answered = rows.map((row, n) => {
    const line = [...row];
    const last = n === rows.length - 1;
    line[column(last ? '退回原因' : '外部编号')] = last ? '编号不存在' : `CV-${n}`;
    return line;
  });
  await handIn(desk, [head, ...answered]);
  await desk.getByTestId('check').click();
  const report = desk.getByTestId('report');
  await expect(report).toHaveAttribute('data-mode', 'check');
  await expect(report.getByTestId('sum-taken')).toHaveText(String(rows.length));
  await report.getByTestId('take').click();
  await expect(report).toHaveAttribute('data-mode', 'take');
  await expect(desk.getByTestId('accepted')).toContainText(String(rows.length - 1));
  await handIn(desk, [head, ...answered]);
  await desk.getByTestId('check').click();
  await expect(report.getByTestId('sum-known')).toHaveText(String(rows.length));

  await open(desk, `${AT}/records`);
  await desk.getByTestId('state-rejected').click();
  const record = desk.getByTestId('record');
  await expect(record).toHaveCount(1);
  await expect(record.getByTestId('reason')).toContainText('编号不存在');
  await record.getByTestId('again').click();
  await expect(record).toHaveCount(0);

  await open(desk, `${AT}/differ`);
  await desk.getByTestId('month').fill(rows[0][column('服务日期')].slice(0, 7));
  await handIn(desk, [['外部编号', '服务分钟'], ['CV-0', rows[0][column('服务分钟')]], ['没有的', '60']]);
  await desk.getByTestId('differ').click();
  const found = desk.getByTestId('reconciliation');
  await expect(found.getByTestId('differences')).toContainText('没有的');
  await expect(found.getByTestId('verdict')).not.toHaveText('两边一样');
});

test('whoever does not pass on finds neither the way nor the page', async ({ as }) => {
  const station = await as('station');
  await open(station, '/desk/volunteering');
  await expect(station.getByTestId('network')).toHaveCount(0);
  await open(station, AT);
  await expect(station.getByTestId('make-file')).toHaveCount(0);
});

// A station's own table comes in: read as it was saved, checked row by row, then taken.
import { readFile } from 'node:fs/promises';
import { expect, test } from '../support/test';
import { gbk } from '../support/gbk';
import { list, open, type Named } from '../support/pages';

const HEAD = '姓名,电话,简介,证件类型,证件尾号,有效期,每周时间';

test('a GBK file with a bad row: checked, reported, the good rows taken', async ({ as, size }) => {
  const desk = await as('socialWorker');
  const mark = size === 'phone' ? '1' : '2';
  const rows = [
    HEAD,
    `测试·磨刀孙师傅${mark},1380000750${mark},磨剪子戗菜刀,身份证,0112,2029年5月31日,周一至周五 09:00-12:00`,
    `测试·电话错了${mark},123,写错了电话,,,,`,
    `测试·弹棉花钱师傅${mark},1380000760${mark},弹棉花,,,,`,
  ];
  await open(desk, '/desk/import');
  await expect(desk.getByTestId('check')).toBeDisabled();
  await desk.getByTestId('file').setInputFiles({ name: '服务者.csv', mimeType: 'text/csv', buffer: gbk(rows.join('\r\n')) });
  await expect(desk.getByTestId('file-name')).toContainText('服务者.csv');
  await desk.getByTestId('check').click();
  const report = desk.getByTestId('report');
  await expect(report).toHaveAttribute('data-mode', 'check');
  await expect(report.getByTestId('sum-taken')).toHaveText('2');
  await expect(report.getByTestId('sum-refused')).toHaveText('1');
  await expect(report).toContainText(/gbk|gb18030/i);
  const refused = report.getByTestId('import-rows').locator('tbody tr');
  await expect(refused).toHaveCount(1);
  await expect(refused).toContainText('测试·电话错了');
  await expect(refused).toContainText('电话');
  const names = async () => (await list<Named>(desk, '/v1/providers?limit=100')).map((one) => one.name);
  expect(await names()).not.toContain(`测试·磨刀孙师傅${mark}`);

  // One may leave and come back to the result.
  await desk.getByTestId(size === 'phone' ? 'tab-people' : 'tab-services').click();
  await expect(report).toHaveCount(0);
  await desk.goBack();
  await expect(report.getByTestId('sum-taken')).toHaveText('2');

  await report.getByTestId('take').click();
  await expect(report).toHaveAttribute('data-mode', 'take');
  await expect(report.getByTestId('sum-taken')).toHaveText('2');
  await open(desk, `/desk/providers?standing=applied`);
  await desk.getByTestId('search').fill(`磨刀孙师傅${mark}`);
  await desk.getByTestId('search-go').click();
  await expect(desk.getByTestId('provider')).toHaveText([`测试·磨刀孙师傅${mark}`]);
});

test('files that are none are refused in words, before anything is sent', async ({ as }) => {
  const desk = await as('socialWorker');
  await open(desk, '/desk/import');
  await desk.getByTestId('file').setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF') });
  await expect(desk.getByTestId('unfit')).toBeVisible();
  await expect(desk.getByTestId('check')).toBeDisabled();
  await desk.getByTestId('file').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('姓名,简介\n测试·甲,无\n') });
  await desk.getByTestId('check').click();
  await expect(desk.getByTestId('problem')).toHaveAttribute('data-code', 'missing_field');
  await expect(desk.getByTestId('problem-column')).toContainText('电话');
});

test('the template that is offered is taken as it is', async ({ as }) => {
  const desk = await as('socialWorker');
  await open(desk, '/desk/import');
  const [file] = await Promise.all([desk.waitForEvent('download'), desk.getByTestId('template').click()]);
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
  const buffer = await readFile(await file.path());
  await desk.getByTestId('file').setInputFiles({ name: file.suggestedFilename(), mimeType: 'text/csv', buffer });
  await desk.getByTestId('check').click();
  await expect(desk.getByTestId('report')).toBeVisible();
  await expect(desk.getByTestId('sum-refused')).toHaveText('0');
});
